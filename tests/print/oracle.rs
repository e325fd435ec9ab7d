//! The kustomize printer against `kubectl kustomize`, on random documents.
//!
//! `TREEWRIGHT_ORACLE_DOCUMENTS` says how many documents to compare, `TREEWRIGHT_ORACLE_SEED` gives another sequence of them. Left out are only mappings
//! that kustomize itself orders differently from run to run, keys that it treats as something else, and text that it refuses.

use std::process::Command;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use treewright::text::SourceText;
use treewright::yaml::{Content, FileId, Scalar, Stream, Type, Value, print::kustomize};

use super::tree;

/// How every document begins.
const FIRST_LINE: &str = "apiVersion: oracle.example.org/v1";

/// Texts of which some cannot be printed, as strings, as keys, or as something else.
const ODD: &[&str] = &[
    "",
    "plain",
    "\u{7f}",
    "\u{85}",
    "a\u{85}--- b",
    "\u{fffe}",
    "\u{2028}",
    ".inf",
    "1",
    "true",
    "~",
    "2026-01-01T00:00:00+24:00",
    "aGk=",
    "<<<<",
];

/// The types that each of them is given.
const KINDS: &[Type] =
    &[Type::String, Type::Merge, Type::Null, Type::Bool, Type::Int, Type::Float, Type::Timestamp, Type::Binary];

/// One run of kubectl takes so many documents.
const BATCH: usize = 300;

#[test]
fn random_documents_print_as_kubectl_prints_them() {
    if !is_installed() {
        eprintln!("skipped: kubectl is not installed");
        return;
    }
    let total = variable("TREEWRIGHT_ORACLE_DOCUMENTS").unwrap_or(BATCH);
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&variable("TREEWRIGHT_ORACLE_SEED").unwrap_or(1).to_le_bytes());
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let mut differences = Vec::new();
    let mut compared = 0;
    while compared < total {
        let documents: Vec<Value> = (0..BATCH.min(total - compared))
            .map(|number| object(number, tree::value().new_tree(&mut runner).expect("a value").current()))
            .collect();
        compare(&documents, &mut differences);
        compared += documents.len();
    }
    differences.sort_by_key(String::len);
    let shown = differences.iter().take(5).cloned().collect::<String>();
    assert!(differences.is_empty(), "{} of {total} documents differ, the shortest:\n{shown}", differences.len());
}

proptest! {
    #![proptest_config(Config { cases: 256, failure_persistence: None, ..Config::default() })]

    #[test]
    fn what_is_printed_reads_back_and_prints_the_same(value in tree::value()) {
        let mut first = String::new();
        kustomize::document(&value, &mut first).expect("printable");
        // go-yaml breaks lines at these two, and then its own output means something else.
        prop_assume!(!first.contains(['\u{2028}', '\u{2029}']));
        let stream = Stream::parse(SourceText::new(first.as_str())).expect("valid YAML");
        let read = stream.documents().next().expect("a document").root().to_value(FileId(0)).expect("a value");
        let mut second = String::new();
        kustomize::document(&read, &mut second).expect("printable");
        prop_assert_eq!(first, second);
    }

    #[test]
    fn what_can_be_printed_is_known_without_printing(value in tree::value(), odd in select(ODD), kind in select(KINDS), as_key in any::<bool>()) {
        let odd = if as_key {
            Value::from_iter([(odd.into(), value.clone())])
        } else {
            Value::new(Content::Scalar(Scalar { text: odd.into(), kind, quoted: false }))
        };
        let whole = Value::from_iter([("value".into(), value), ("odd".into(), odd)]);
        prop_assert_eq!(kustomize::is_printable(&whole), kustomize::document(&whole, &mut String::new()).is_ok());
    }

    #[test]
    fn notes_do_not_change_what_is_printed(value in tree::value()) {
        let (mut bare, mut noted) = (String::new(), String::new());
        kustomize::document(&value, &mut bare).expect("printable");
        prop_assume!(!bare.contains(['\u{2028}', '\u{2029}']));
        let note = |_: &Value| Some("apps/patch.yaml:7:9".to_owned());
        kustomize::noted_document(&value, &note, &mut noted).expect("printable");
        let read = |text: &str| {
            let stream = Stream::parse(SourceText::new(text)).expect("valid YAML");
            let documents: Vec<Value> =
                stream.documents().map(|document| document.root().to_value(FileId(0)).expect("a value")).collect();
            (documents, stream.comments().len())
        };
        let ((bare, none), (noted, notes)) = (read(&bare), read(&noted));
        prop_assert_eq!(bare, noted);
        prop_assert_eq!((none, notes), (0, leaves(&value)));
    }
}

fn variable(name: &str) -> Option<usize> {
    std::env::var(name).ok()?.parse().ok()
}

/// A resource whose `spec` is the given value.
fn object(number: usize, spec: Value) -> Value {
    let metadata = Value::from_iter([("name".into(), Value::string(format!("sample-{number}")))]);
    Value::from_iter([
        ("apiVersion".into(), Value::string("oracle.example.org/v1")),
        ("kind".into(), Value::string("Sample")),
        ("metadata".into(), metadata),
        ("spec".into(), spec),
    ])
}

fn compare(documents: &[Value], differences: &mut Vec<String>) {
    let inputs: Vec<String> = documents
        .iter()
        .map(|document| {
            let mut input = String::new();
            tree::json(document, &mut input);
            input
        })
        .collect();
    let output = build(&inputs.join("\n---\n")).unwrap_or_else(|error| panic!("kubectl: {error}"));
    // `---` alone need not stand at the start of a line: a literal block that ends in U+2028 is followed by no line break.
    let first_line = format!("{FIRST_LINE}\n");
    let separator = format!("---\n{first_line}");
    let expected: Vec<String> = output
        .strip_prefix(&first_line)
        .expect("a document")
        .split(&separator)
        .map(|rest| format!("{first_line}{rest}"))
        .collect();
    assert_eq!(expected.len(), documents.len(), "one output for each document");
    for ((document, input), expected) in documents.iter().zip(&inputs).zip(expected) {
        let mut actual = String::new();
        let result = kustomize::document(document, &mut actual);
        if result.is_err() || actual != expected {
            differences.push(format!("{input}\n=== expected\n{expected:?}\n=== actual {result:?}\n{actual:?}\n\n"));
        }
    }
}

/// Whether kubectl can be run.
pub fn is_installed() -> bool {
    Command::new("kubectl").arg("version").arg("--client").output().is_ok()
}

/// What `kubectl kustomize` makes of the text of one resource file: its output, or what it says if it fails.
pub fn build(resources: &str) -> Result<String, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let kustomization = "resources: [resources.yaml]\nsortOptions: {order: fifo}\n";
    std::fs::write(folder.path().join("kustomization.yaml"), kustomization).expect("written");
    std::fs::write(folder.path().join("resources.yaml"), resources).expect("written");
    let output = Command::new("kubectl").arg("kustomize").arg(folder.path()).output().expect("kubectl runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

/// How many scalars and empty collections there are.
fn leaves(value: &Value) -> usize {
    match &value.content {
        Content::Sequence(items) if !items.is_empty() => items.iter().map(leaves).sum(),
        Content::Mapping(mapping) if !mapping.is_empty() => mapping.values().map(leaves).sum(),
        _ => 1,
    }
}
