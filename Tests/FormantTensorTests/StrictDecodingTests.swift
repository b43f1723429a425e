import FormantTensor
import Foundation
import Testing

private enum Shade: String, CaseIterable { case light, dark }

private struct Lamp: Decodable, Equatable {
    var height: Int
    var shade: Shade

    enum Keys: String, SettingsKey { case height, shade }

    init(height: Int, shade: Shade) { (self.height, self.shade) = (height, shade) }

    init(from decoder: any Decoder) throws {
        let settings = try decoder.settings(of: "lamp", keyedBy: Keys.self)
        height = try settings.decode(.height, default: 3)
        shade = try settings.name(.shade, default: .dark)
    }
}

@Suite struct StrictDecodingTests {
    private func lamp(_ json: String) throws -> Lamp { try lamps("[\(json)]")[0] }
    private func lamps(_ json: String) throws -> [Lamp] {
        try JSONDecoder().decode([Lamp].self, from: Data(json.utf8))
    }

    @Test func absentKeysHaveDefaults() throws {
        #expect(try lamp("{}") == Lamp(height: 3, shade: .dark))
        #expect(try lamp(#"{"height": null, "shade": null}"#) == Lamp(height: 3, shade: .dark))
        #expect(try lamp(#"{"height": 5, "shade": "light"}"#) == Lamp(height: 5, shade: .light))
    }

    @Test(arguments: [
        (#"{"heigth": 5}"#, #"unknown key "heigth" of lamp; did you mean "height"?"#, 1),
        (#"{"zoom": 5, "angle": 4}"#, #"unknown key "angle" of lamp; expected one of height, shade"#, 1),
        (#"{"shade": "lihgt"}"#, #"unknown shade "lihgt"; did you mean "light"?"#, 2),
    ])
    func wrongNamesAreRefusedWithTheirPlace(json: String, sentence: String, depth: Int) throws {
        let error = #expect(throws: DecodingError.self) { try lamp(json) }
        guard case .dataCorrupted(let context)? = error else {
            Issue.record("\(json): \(String(describing: error))")
            return
        }
        #expect(context.debugDescription == sentence)
        #expect(context.underlyingError is UnknownName)
        #expect(context.codingPath.count == depth && context.codingPath.first?.intValue == 0)
    }
}
