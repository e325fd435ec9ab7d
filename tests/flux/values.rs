//! How the values of a HelmRelease come together, row by row as the controller was seen to do it.

use treewright::{
    flux::values::{ComposeError, Part, Writer, compose},
    helm::SetPath,
    text::SourceText,
    yaml::{FileId, Stream, Value},
};

fn yaml(text: &str) -> Value {
    let stream = Stream::parse(SourceText::new(text)).expect("YAML");
    stream.documents().next().expect("a document").root().to_value(FileId(0)).expect("a value")
}

fn document(text: &str) -> Part {
    Part::Document(yaml(text))
}

fn target(path: &str) -> Part {
    Part::Target(SetPath::parse(path).expect("a path"), Value::string("target"))
}

fn composed(parts: &[Part], inline: &str) -> Value {
    compose(parts, Some(&yaml(inline))).expect("values").to_value()
}

#[test]
fn a_lone_target_wins_over_inline_values() {
    assert_eq!(composed(&[target("hub.s")], "{hub: {s: inline}}"), yaml("{hub: {s: target}}"));
}

#[test]
fn inline_values_win_once_a_document_brings_the_parent() {
    let parts = [document("{hub: {other: 1}}"), target("hub.s")];
    assert_eq!(composed(&parts, "{hub: {s: inline}}"), yaml("{hub: {other: 1, s: inline}}"));
}

#[test]
fn of_two_targets_in_one_map_only_the_first_wins() {
    let parts = [target("hub.s"), target("hub.u")];
    assert_eq!(composed(&parts, "{hub: {s: inline, u: inline}}"), yaml("{hub: {s: target, u: inline}}"));
}

#[test]
fn a_target_at_the_top_never_wins() {
    assert_eq!(composed(&[target("s")], "{s: inline}"), yaml("{s: inline}"));
}

#[test]
fn an_item_that_exists_inline_is_replaced_in_the_shared_list() {
    let parts = [document("{hub: {other: 1}}"), target("hub.l[0]")];
    assert_eq!(composed(&parts, "{hub: {l: [inline]}}"), yaml("{hub: {other: 1, l: [target]}}"));
}

#[test]
fn an_item_behind_the_inline_list_is_lost() {
    let parts = [document("{hub: {other: 1}}"), target("hub.l[1]")];
    assert_eq!(composed(&parts, "{hub: {l: [inline]}}"), yaml("{hub: {other: 1, l: [inline]}}"));
}

#[test]
fn a_later_document_wins_over_a_target() {
    let parts = [target("hub.s"), document("{hub: {s: document}}")];
    assert_eq!(composed(&parts, "{}"), yaml("{hub: {s: document}}"));
}

#[test]
fn a_target_that_nothing_else_sets_wins() {
    let parts = [document("{hub: {other: 1}}"), target("hub.s")];
    assert_eq!(composed(&parts, "{hub: {x: inline}}"), yaml("{hub: {other: 1, s: target, x: inline}}"));
}

#[test]
fn the_result_says_who_wrote_what() {
    let path = SetPath::parse("hub.s").expect("a path");
    let parts = [target("hub.s"), document("{hub: {s: document}}")];
    let result = compose(&parts, None).expect("values");
    assert!(!result.holds(0) && result.holds(1));
    assert_eq!(result.writer(&path), Some((Writer::Entry(1), &Value::string("document"))));
    let result = compose(&[target("hub.s.deep")], Some(&yaml("{hub: {t: inline}}"))).expect("values");
    assert_eq!(result.writer(&path), Some((Writer::Entry(0), &Value::string("target"))));
}

#[test]
fn what_stops_the_controller_stops_the_model() {
    let through_a_scalar = compose(&[Part::Nothing, target("hub.s.t")], Some(&yaml("{hub: {s: inline}}")));
    assert_eq!(through_a_scalar.map(|_| ()), Err(ComposeError::Blocked(1)));
    let not_a_mapping = compose(&[document("text")], None);
    assert_eq!(not_a_mapping.map(|_| ()), Err(ComposeError::NotAMapping(0)));
    let index_into_a_map = compose(&[target("hub[0]")], Some(&yaml("{hub: {s: inline}}")));
    assert_eq!(index_into_a_map.map(|_| ()), Err(ComposeError::Blocked(0)));
}

/// Random cases, one in a line, with the results that a Go program got from the controller's way of merging and Helm's own parser; null where these fail.
#[test]
fn random_cases_come_out_as_the_controller_has_them() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/flux/values/targets.jsonl");
    let cases = std::fs::read_to_string(path).expect("the cases are there");
    for line in cases.lines() {
        let case = yaml(line);
        let parts: Vec<Part> = case
            .get("parts")
            .and_then(Value::as_sequence)
            .expect("parts")
            .iter()
            .enumerate()
            .map(|(index, part)| match part.get("target") {
                Some(path) => {
                    let path = SetPath::parse(path.as_str().expect("a text")).expect("a path");
                    Part::Target(path, Value::string(format!("target-{index}")))
                }
                None => Part::Document(part.get("document").expect("a document").clone()),
            })
            .collect();
        let found = compose(&parts, case.get("inline"));
        match case.get("result").filter(|result| !result.is_null()) {
            Some(wanted) => assert_eq!(found.expect(line).to_value(), *wanted, "{line}"),
            None => assert!(found.is_err(), "{line}"),
        }
    }
}
