import FormantAudio
import FormantGo
import FormantCorpus
import FormantImage
import FormantTensor
import FormantTraining

/// How training varies its examples, so that a network learns what does not matter: the part `augmentation` of a recipe.
///
/// Validation, test and use see examples as they are. Each key is a variation; one that is absent or null is left out.
/// Chance comes from seed, epoch and example alone.
public struct Augmentation: Hashable, Sendable {
    /// Of the samples.
    public var waveform = WaveformVariation()
    /// Of the features.
    public var masks = FeatureMasks()
    /// Of pictures.
    public var picture = PictureVariation()
    /// Of the batch.
    public var mixup: Mixup?

    /// Nothing is varied.
    public init() {}

    /// Why inputs of a kind cannot be varied so; nil where they can.
    func refusal(of modality: Modality?) -> String? {
        let isOfSound = !waveform.isEmpty || !masks.isEmpty
        switch modality {
        case .audio: return picture.isEmpty ? nil : "augmentation: affine and mirror are for recipes with image"
        case .image:
            return isOfSound ? "augmentation: affine, mirror and mixup are for images; found others" : nil
        case .text, nil:
            return self == Augmentation()
                ? nil
                : "augmentation is for recipes with audio or image; found one with \(modality?.takes ?? GoFrontEnd.takes)"
        }
    }
}

extension Augmentation: Codable {
    private enum CodingKeys: String, SettingsKey {
        case speed, shift, impulse, equaliser, gain, noise, silence, timeMasks, frequencyMasks, affine, mirror,
            mixup
    }

    /// Reads the keys; an unknown one is an error.
    public init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "augmentation", keyedBy: CodingKeys.self)
        waveform.speed = try settings.decodeIfPresent(SpeedVariation.self, forKey: .speed)
        waveform.shift = try settings.decodeIfPresent(ShiftVariation.self, forKey: .shift)
        waveform.impulse = try settings.decodeIfPresent(ReverberationVariation.self, forKey: .impulse)
        waveform.equaliser = try settings.decodeIfPresent(EqualiserVariation.self, forKey: .equaliser)
        waveform.gain = try settings.decodeIfPresent(GainVariation.self, forKey: .gain)
        waveform.noise = try settings.decodeIfPresent(NoiseVariation.self, forKey: .noise)
        waveform.silence = try settings.decodeIfPresent(SilenceVariation.self, forKey: .silence)
        masks.time = try settings.decodeIfPresent(MaskVariation.self, forKey: .timeMasks)
        masks.frequency = try settings.decodeIfPresent(MaskVariation.self, forKey: .frequencyMasks)
        picture.affine = try settings.decodeIfPresent(AffineVariation.self, forKey: .affine)
        picture.mirror = try settings.decodeIfPresent(MirrorVariation.self, forKey: .mirror)
        mixup = try settings.decodeIfPresent(Mixup.self, forKey: .mixup)
    }

    /// Writes the variations that are there.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(waveform.speed, forKey: .speed)
        try container.encodeIfPresent(waveform.shift, forKey: .shift)
        try container.encodeIfPresent(waveform.impulse, forKey: .impulse)
        try container.encodeIfPresent(waveform.equaliser, forKey: .equaliser)
        try container.encodeIfPresent(waveform.gain, forKey: .gain)
        try container.encodeIfPresent(waveform.noise, forKey: .noise)
        try container.encodeIfPresent(waveform.silence, forKey: .silence)
        try container.encodeIfPresent(masks.time, forKey: .timeMasks)
        try container.encodeIfPresent(masks.frequency, forKey: .frequencyMasks)
        try container.encodeIfPresent(picture.affine, forKey: .affine)
        try container.encodeIfPresent(picture.mirror, forKey: .mirror)
        try container.encodeIfPresent(mixup, forKey: .mixup)
    }
}
