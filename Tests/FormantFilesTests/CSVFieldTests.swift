import FormantFiles
import Testing

@Suite struct CSVFieldTests {
    @Test(arguments: [
        ("plain", "plain"), ("", ""), ("a,b", "\"a,b\""), ("say \"a\"", "\"say \"\"a\"\"\""), ("a\nb", "\"a\nb\""),
        ("a\r", "\"a\r\""), (" outer", "\" outer\""), ("outer ", "\"outer \""), ("in ner", "in ner"),
        ("\"\u{301}", "\"\"\"\u{301}\""), (",\u{301}", "\",\u{301}\""), ("é", "é"),
    ])
    func fieldsReadBack(field: String, written: String) {
        #expect(Array(CSVField.quoted(field).utf8) == Array(written.utf8))
    }
}
