//! Typed reading: values, and errors with their places.

use std::collections::BTreeMap;

use serde::Deserialize;
use treewright::yaml::{
    Stream,
    de::{DeError, Spanned, from_node},
};

use super::parse;

fn read<T: for<'s> Deserialize<'s>>(text: &str) -> Result<T, DeError> {
    let stream = parse(text);
    from_node(stream.documents().next().expect("a document").root())
}

/// An error as `text below the span | route | message | help`.
fn fault<T: for<'s> Deserialize<'s> + std::fmt::Debug>(text: &str) -> String {
    let stream = parse(text);
    let error = from_node::<T>(root(&stream)).expect_err("a fault");
    let help = error.help.as_deref().unwrap_or("-");
    format!("{} | {} | {} | {help}", stream.text().slice(error.span), error.route, error.message)
}

fn root(stream: &Stream) -> treewright::yaml::Node<'_> {
    stream.documents().next().expect("a document").root()
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Reference {
    kind: Kind,
    name: String,
    #[serde(default)]
    values_key: Option<Spanned<String>>,
    #[serde(default)]
    ports: Vec<u16>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
}

#[derive(Debug, PartialEq, Deserialize)]
enum Kind {
    ConfigMap,
    Secret,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Source {
    File(String),
    Pair(u8, u8),
    Store { path: String },
    None,
}

#[test]
fn structs_hold_what_is_written() {
    let text = "kind: Secret\nname: x\nvaluesKey: CLIENT-ID\nports: [80, 0x1F]\nlabels: {a: \"1\"}\n";
    let read: Reference = read(text).unwrap();
    assert_eq!((read.kind, read.name.as_str(), read.ports), (Kind::Secret, "x", vec![80, 31]));
    let key = read.values_key.unwrap();
    assert_eq!((key.value.as_str(), &text[key.span.range()]), ("CLIENT-ID", "CLIENT-ID"));
    assert_eq!(read.labels["a"], "1");
}

#[test]
fn null_is_an_empty_list_an_empty_map_and_no_option() {
    let read: Reference = read("kind: ConfigMap\nname: x\nvaluesKey:\nports:\nlabels: ~\n").unwrap();
    assert_eq!((read.values_key, read.ports.len(), read.labels.len()), (None, 0, 0));
}

#[test]
fn numbers_are_read_in_every_notation() {
    let integers: Vec<i64> = read("[0o14, 014, 0b101, 0x1F, 1_000, -5, +7]").unwrap();
    assert_eq!(integers, [12, 12, 5, 31, 1000, -5, 7]);
    let floats: Vec<f64> = read("[1e3, 1., .5, 12, -.inf, 1_0.5]").unwrap();
    assert_eq!(floats, [1000.0, 1.0, 0.5, 12.0, f64::NEG_INFINITY, 10.5]);
    assert_eq!(read::<u64>("18446744073709551615").unwrap(), u64::MAX);
    assert_eq!(read::<i64>("-9223372036854775808").unwrap(), i64::MIN);
}

#[test]
fn aliases_and_merge_keys_are_followed() {
    let text = "base: &b {kind: Secret, name: base}\nuse:\n  <<: [*b, {name: second, ports: [1]}]\n  name: own\n";
    let all: BTreeMap<String, Reference> = read(text).unwrap();
    assert_eq!((all["use"].name.as_str(), &all["use"].kind, &all["use"].ports), ("own", &Kind::Secret, &vec![1]));
}

#[test]
fn enums_are_names_or_single_keys() {
    let sources: Vec<Source> = read("- file: x\n- pair: [1, 2]\n- store: {path: p}\n- none\n- none:\n").unwrap();
    let store = Source::Store { path: "p".into() };
    assert_eq!(sources, [Source::File("x".into()), Source::Pair(1, 2), store, Source::None, Source::None]);
    assert_eq!(fault::<Vec<Source>>("- fil: x\n"), "fil | /0/fil | unknown value `fil` | did you mean `file`?");
    assert_eq!(fault::<Vec<Source>>("- file\n"), "file | /0 | `file` needs a value | -");
    assert_eq!(
        fault::<Vec<Source>>("- {file: x, none: }\n"),
        "{file: x, none: } | /0 | expected a single key here, found 2 | -"
    );
}

#[test]
fn untagged_and_flattened_types_work() {
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(untagged)]
    enum Port {
        Number(u16),
        Name(String),
    }
    #[derive(Debug, PartialEq, Deserialize)]
    struct Outer {
        #[serde(flatten)]
        inner: BTreeMap<String, Port>,
    }
    let outer: Outer = read("a: 80\nb: http\n").unwrap();
    assert_eq!(outer.inner["a"], Port::Number(80));
    assert_eq!(outer.inner["b"], Port::Name("http".into()));
}

#[test]
fn faults_name_the_place_and_the_way_out() {
    let one = fault::<Reference>;
    assert_eq!(one("kind: Secret\nnmae: x\n"), "nmae | /nmae | unknown field `nmae` | did you mean `name`?");
    assert_eq!(one("kind: Secert\nname: x\n"), "Secert | /kind | unknown value `Secert` | did you mean `Secret`?");
    assert_eq!(one("kind: Secret\n"), "kind: Secret |  | the field `name` is missing | -");
    assert_eq!(
        one("kind: Secret\nname: 0777\n"),
        "0777 | /name | expected a string, found the integer `0777` | quote it: `\"0777\"`"
    );
    assert_eq!(one("kind: Secret\nname:\n"), "name | /name | expected a string, found nothing | -");
    assert_eq!(one("kind: Secret\nname: [x]\n"), "name | /name | expected a string, found a list | -");
    assert_eq!(
        one("kind: Secret\nname: x\nports:\n  - 80\n  - http\n"),
        "http | /ports/1 | expected u16, found the string `http` | -"
    );
    assert_eq!(
        one("kind: Secret\nname: x\nports: [70000]\n"),
        "70000 | /ports/0 | expected u16, found the integer `70000` | -"
    );
    assert_eq!(one("- kind: Secret\n"), "- kind: Secret |  | expected struct Reference, found a list | -");
    let mapped = fault::<BTreeMap<String, Reference>>;
    assert_eq!(mapped("a:\n  kind: Secret\n"), "a | /a | the field `name` is missing | -");
    assert_eq!(
        mapped("a: &a {kind: Secret, name: true}\nb: *a\n"),
        "true | /a/name | expected a string, found the boolean `true` | quote it: `\"true\"`"
    );
    assert_eq!(one("kind: Secret\nname: x\nlabels: {1: a}\n").split(" | ").next(), Some("1"));
    assert_eq!(one("kind: Secret\nname: x\nname: z\n"), "name | /name | the field `name` stands here twice | -");
}
