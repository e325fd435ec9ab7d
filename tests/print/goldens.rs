//! Whole inputs and whole outputs: `fixtures/yaml/print`. The outputs for the kustomize printer are kubectl's own, which is checked where kubectl is installed;
//! those for the readable printer are written by hand.

use std::path::{Path, PathBuf};

use treewright::text::SourceText;
use treewright::yaml::print::{kustomize, readable};
use treewright::yaml::{Content, FileId, Origin, Scalar, Stream, Type, Value};

use super::oracle;

/// The cases of a folder: the input and the expected output.
fn cases(printer: &str) -> Vec<(PathBuf, String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/yaml/print").join(printer);
    let read =
        |path: &Path| std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut cases: Vec<_> = std::fs::read_dir(&folder)
        .expect("the folder of the fixtures")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| !path.to_string_lossy().ends_with(".expected.yaml"))
        .map(|path| (path.clone(), read(&path), read(&path.with_extension("expected.yaml"))))
        .collect();
    assert!(!cases.is_empty(), "no fixtures in {}", folder.display());
    cases.sort();
    cases
}

fn values(input: &str) -> Vec<Value> {
    let stream = Stream::parse(SourceText::new(input)).expect("valid YAML");
    stream.documents().map(|document| document.root().to_value(FileId(0)).expect("a value")).collect()
}

#[test]
fn kustomize_printer_writes_the_expected_files() {
    for (path, input, expected) in cases("kustomize") {
        let mut actual = String::new();
        kustomize::documents(&values(&input), &mut actual).expect("printable");
        assert_eq!(actual, expected, "{}", path.display());
    }
}

#[test]
fn kubectl_writes_the_expected_files() {
    if !oracle::is_installed() {
        eprintln!("skipped: kubectl is not installed");
        return;
    }
    for (path, input, expected) in cases("kustomize") {
        assert_eq!(oracle::build(&input).as_deref(), Ok(expected.as_str()), "{}", path.display());
    }
}

#[test]
fn readable_printer_writes_the_expected_files() {
    for (path, input, expected) in cases("readable") {
        let actual: String = values(&input).iter().map(readable::document).collect();
        assert_eq!(actual, expected, "{}", path.display());
    }
}

#[test]
fn documents_are_joined_by_dashes() {
    let mut out = String::new();
    kustomize::documents(&[Value::mapping(), Value::string("a")], &mut out).expect("printable");
    assert_eq!(out, "{}\n---\na\n");
    let mut none = String::new();
    kustomize::documents(&[], &mut none).expect("printable");
    assert_eq!(none, "");
}

#[test]
fn what_kustomize_refuses_is_refused_with_its_place() {
    let scalar = |kind, text: &str| Value::new(Content::Scalar(Scalar { text: text.into(), kind, quoted: false }));
    let refused = [
        (scalar(Type::Float, ".inf"), ".inf"),
        (scalar(Type::Float, "-.Inf"), "-.Inf"),
        (scalar(Type::Float, ".nan"), ".nan"),
        (scalar(Type::String, "a\u{7f}"), "\"a\\x7f\""),
        (scalar(Type::String, "\u{81}"), "\"\\x81\""),
        (scalar(Type::String, "\u{ffff}"), "\"\\uffff\""),
        (scalar(Type::String, "\u{85}--- a"), "\"\\N--- a\""),
        (scalar(Type::Int, "1.5"), "!!int 1.5"),
        (scalar(Type::Bool, "yes"), "!!bool yes"),
        (scalar(Type::Float, "x"), "!!float x"),
        (scalar(Type::Null, "x"), "!!null x"),
        (scalar(Type::Timestamp, "x"), "!!timestamp x"),
        (scalar(Type::Timestamp, "2001-12-14T21:59:43+24:00"), "2001-12-14T21:59:43+24:00"),
        (scalar(Type::Binary, "a"), "!!binary a"),
        (Value::from_iter([("a\u{85}".into(), Value::int(1))]), "{? \"a\\N\" : 1}"),
        (Value::from_iter([("x".repeat(1023).into(), Value::int(1))]), &format!("? {}\n    : 1", "x".repeat(1023))),
    ];
    let place = Origin { file: FileId(3), offset: 7 };
    for (value, input) in refused {
        let value = match value.content {
            Content::Mapping(mapping) => mapping.into_iter().map(|(key, value)| (key, value.at(place))).collect(),
            _ => Value::from_iter([("a".into(), value.at(place))]),
        };
        let error = kustomize::document(&value, &mut String::new()).expect_err(input);
        assert_eq!(error.origin, place, "{input}: {error}");
        if oracle::is_installed() {
            let entry = if input.starts_with('?') { input.to_owned() } else { format!("a: {input}") };
            let resource =
                format!("apiVersion: example.org/v1\nkind: Sample\nmetadata: {{name: a}}\nspec:\n    {entry}\n");
            assert!(oracle::build(&resource).is_err(), "kubectl prints {input}");
        }
    }
    let longest = Value::from_iter([("x".repeat(1022).into(), Value::int(1))]);
    kustomize::document(&longest, &mut String::new()).expect("1,024 characters with the quotes");
}

#[test]
fn flow_prints_one_line() {
    let value = &values("a: 1\nb: [x, 'y, z', \"yes\", a?, https://x/y, -z]\nc: {}\nd: \"a\\nb\"\n'1': ~\n")[0];
    let expected = r#"{a: 1, b: [x, "y, z", "yes", "a?", https://x/y, "-z"], c: {}, d: "a\nb", "1": ~}"#;
    assert_eq!(readable::flow(value), expected);
}

#[test]
fn scalars_keep_their_type() {
    let cases = [
        ("true", Type::Bool, "true"),
        ("true", Type::String, "\"true\""),
        ("0777", Type::Int, "0777"),
        ("12", Type::String, "\"12\""),
        ("1", Type::Float, "!!float \"1\""),
        ("aGk=", Type::Binary, "!!binary \"aGk=\""),
        ("", Type::Null, "null"),
        ("", Type::String, "\"\""),
        ("2020-01-01", Type::Timestamp, "2020-01-01"),
        ("C:\\x \"y\": z", Type::String, "'C:\\x \"y\": z'"),
        ("it's: \"so\"", Type::String, "\"it's: \\\"so\\\"\""),
        ("a, b", Type::String, "a, b"),
    ];
    for (text, kind, expected) in cases {
        assert_eq!(readable::scalar(text, kind), expected);
    }
    assert_eq!(readable::flow_scalar("a, b", Type::String), "\"a, b\"");
    assert_eq!(readable::key("on"), "\"on\"");
}

#[test]
fn fragments_stand_in_their_column() {
    let value = &values("list:\n- a: |\n    x\n    y\n  b: []\ntext: z\n")[0];
    let expected = "spec:\n    list:\n      - a: |\n          x\n          y\n        b: []\n    text: z";
    assert_eq!(readable::entry("spec", value, 2), expected);
    assert_eq!(
        readable::item(value, 4),
        "- list:\n        - a: |\n            x\n            y\n          b: []\n      text: z"
    );
    assert_eq!(readable::block(&Value::string("a\nb"), 4), "|-\n    a\n    b");
}
