//! Templates: what Go writes for them (see `fixtures/gotemplate/README.md`), the bounds of an evaluation, the functions that are refused.

use std::fmt::Write;

use treewright::{
    gotemplate::{Data, Error, MissingKey, Options, Reader, Template},
    text::SourceText,
    yaml::{FileId, Stream, Value},
};

fn value(text: &str) -> Value {
    let stream = Stream::parse(SourceText::new(text)).unwrap();
    let document = stream.documents().next().unwrap();
    document.root().to_value(FileId(0)).unwrap()
}

fn render(template: &str, data: &Value, options: &Options) -> Result<String, Error> {
    Template::parse(template, options)?.render(&Data::of(data))
}

fn fails(template: &str) -> Error {
    render(template, &value("{}"), &Options::default()).unwrap_err()
}

fn options(case: &Value) -> Options {
    let mut options = Options::default();
    if let Some([left, right]) = case.get("delims").and_then(Value::as_sequence) {
        options = options.with_delimiters(left.as_str().unwrap(), right.as_str().unwrap());
    }
    match case.get("missingkey").and_then(Value::as_str) {
        Some("error") => options.with_missing_key(MissingKey::Error),
        Some("zero") => options.with_missing_key(MissingKey::Zero),
        _ => options,
    }
}

#[test]
fn templates_give_what_go_gives() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/gotemplate/cases.json");
    let facts = value(&std::fs::read_to_string(path).unwrap());
    let shared = facts.get("data").unwrap();
    let cases = facts.get("cases").and_then(Value::as_sequence).unwrap();
    assert!(cases.len() >= 200, "only {} cases", cases.len());
    let mut wrong = String::new();
    for case in cases {
        let template = case.get("template").and_then(Value::as_str).unwrap();
        let found = render(template, case.get("data").unwrap_or(shared), &options(case));
        let wanted_line = case.get("error_line").map(|line| line.as_scalar().unwrap().text.to_string());
        match (found, case.get("output").and_then(Value::as_str), wanted_line) {
            (Ok(found), Some(wanted), _) if found == wanted => {}
            (Err(error), None, Some(line)) if error.line.to_string() == line => {}
            (found, wanted, line) => {
                writeln!(wrong, "template {template}\n  wanted {wanted:?} error in line {line:?}\n  found  {found:?}")
                    .unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn an_error_names_its_line_and_column() {
    let error = fails("é\n  {{ .a }} {{ upper 5 }}");
    assert_eq!(error.to_string(), "line 2, column 15: `upper`: argument 1 must be a string, not int");
    assert_eq!(error.offset, 17);
}

#[test]
fn what_depends_on_more_than_its_arguments_is_refused() {
    for name in ["env", "expandenv", "getHostByName", "now", "randAlphaNum", "genCA", "uuidv4", "htpasswd", "shuffle"] {
        let error = fails(&format!("{{{{ {name} \"x\" }}}}"));
        assert!(error.message.starts_with(&format!("`{name}`: not supported")), "{error}");
    }
}

#[test]
fn a_template_cannot_take_forever_nor_all_memory() {
    let bounded = [
        "{{ range until 100000 }}{{ range until 100000 }}x{{ end }}{{ end }}",
        "{{ range 9223372036854775807 }}{{ end }}",
        "{{ define \"r\" }}{{ template \"r\" }}{{ end }}{{ template \"r\" }}",
        "{{ repeat 1000000000 \"x\" }}",
        "{{ indent 1000000000 \"x\" }}",
        "{{ $x := repeat 100000 \"ab\" }}{{ range until 30 }}{{ $x = print $x $x }}{{ end }}",
        "{{ $x := list 1 }}{{ range until 60 }}{{ $x = list $x $x }}{{ end }}{{ toJson $x }}",
        "{{ $x := list 1 }}{{ range until 60 }}{{ $x = list $x $x }}{{ end }}{{ deepEqual $x (deepCopy $x) }}",
        "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ $d }}",
        "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ toYaml $d }}",
        "{{ until 1000000000 }}",
        "{{ replace \"\" (repeat 100000 \"x\") (repeat 100000 \"x\") }}",
    ];
    for template in bounded {
        fails(template);
    }
    let parentheses = format!("{{{{ {}1{} }}}}", "(".repeat(5000), ")".repeat(5000));
    assert_eq!(fails(&parentheses).message, "the template nests too deeply");
    let blocks = "{{ if 1 }}".repeat(5000);
    assert_eq!(fails(&blocks).message, "the template nests too deeply");
    // A value deeper than the stack is dropped all the same.
    let deep = "{{ $x := list }}{{ range until 100000 }}{{ $x = list $x }}{{ end }}ok";
    assert_eq!(render(deep, &value("{}"), &Options::default()).unwrap(), "ok");
}

#[test]
fn numbers_are_what_the_reader_makes_of_them() {
    let document = value("port: 8080\nbig: 1000000\nratio: 0.5\nanswer: yes\nquoted: \"yes\"\n");
    let template =
        Template::parse("{{ .port }} {{ .big }} {{ .ratio }} {{ .answer }} {{ .quoted }}", &Options::default());
    let template = template.unwrap();
    let by = |reader| template.render(&Data::read_by(&document, reader)).unwrap();
    assert_eq!(by(Reader::Api), "8080 1e+06 0.5 yes yes");
    assert_eq!(by(Reader::Text), "8080 1e+06 0.5 true yes");
    assert_eq!(by(Reader::Typed), "8080 1000000 0.5 yes yes");
}

#[test]
fn names_become_fit_for_kubernetes() {
    let cases = [
        ("{{ normalize \"Feature/ABC_1.x-\" }}", "feature-abc-1.x"),
        ("{{ slugify 23 false \"feat/a_really+long_pull_request_name_to_test\" }}", "feat-a_really-long_pull"),
        ("{{ slugify \"Crème brûlée & more\" }}", "creme-brulee-and-more"),
        ("{{ slugify 10 true \"one two three\" }}", "one-two"),
    ];
    for (template, wanted) in cases {
        assert_eq!(render(template, &value("{}"), &Options::default()).as_deref(), Ok(wanted), "{template}");
    }
}
