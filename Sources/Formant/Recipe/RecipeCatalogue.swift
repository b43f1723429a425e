/// The documents of the folder `Recipes`, compiled into the program. A new recipe enters here.
enum RecipeCatalogue {
    static let documents: [String: [UInt8]] = [
        "bc-resnet": PackageResources.bc_resnet_yaml,
        "birds-cnn": PackageResources.birds_cnn_yaml,
        "char-cnn": PackageResources.char_cnn_yaml,
        "char-cnn-large": PackageResources.char_cnn_large_yaml,
        "dpcnn": PackageResources.dpcnn_yaml,
        "esc-cnn": PackageResources.esc_cnn_yaml,
        "kim-multichannel": PackageResources.kim_multichannel_yaml,
        "kim-nonstatic": PackageResources.kim_nonstatic_yaml,
        "kim-rand": PackageResources.kim_rand_yaml,
        "kim-static": PackageResources.kim_static_yaml,
        "kws-cnn": PackageResources.kws_cnn_yaml,
        "mnist-augmented": PackageResources.mnist_augmented_yaml,
        "mnist-lecture": PackageResources.mnist_lecture_yaml,
        "speech-lecture": PackageResources.speech_lecture_yaml,
        "tc-resnet8": PackageResources.tc_resnet8_yaml,
        "vgg16-features": PackageResources.vgg16_features_yaml,
        "word-char": PackageResources.word_char_yaml,
        "word-char-multichannel": PackageResources.word_char_multichannel_yaml,
    ]
}
