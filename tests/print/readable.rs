//! The readable printer: what it prints looks as people write it, and reads back as the same value.

use proptest::prelude::*;
use treewright::text::SourceText;
use treewright::yaml::{Content, FileId, Stream, Type, Value, print::readable};

use super::tree;

fn parse(text: &str) -> Value {
    let stream = Stream::parse(SourceText::new(text)).unwrap_or_else(|error| panic!("{error:?}\n{text:?}"));
    let document = stream.documents().next().unwrap_or_else(|| panic!("no document in {text:?}"));
    document.root().to_value(FileId(0)).unwrap_or_else(|error| panic!("{error:?}\n{text:?}"))
}

/// The strings and keys that another parser finds, in order.
fn strings_of_other_parser(value: &serde_yaml::Value, found: &mut Vec<String>) {
    match value {
        serde_yaml::Value::String(text) => found.push(text.clone()),
        serde_yaml::Value::Sequence(items) => items.iter().for_each(|item| strings_of_other_parser(item, found)),
        serde_yaml::Value::Mapping(mapping) => {
            for (key, value) in mapping {
                strings_of_other_parser(key, found);
                strings_of_other_parser(value, found);
            }
        }
        _ => {}
    }
}

fn strings(value: &Value, found: &mut Vec<String>) {
    match &value.content {
        Content::Scalar(scalar) if scalar.kind == Type::String => found.push(scalar.text.to_string()),
        Content::Scalar(_) => {}
        Content::Sequence(items) => items.iter().for_each(|item| strings(item, found)),
        Content::Mapping(mapping) => {
            for (key, value) in mapping.iter() {
                found.push(key.to_string());
                strings(value, found);
            }
        }
    }
}

/// The value with null for all scalars but strings: other parsers do not agree on what is a number.
fn only_strings(value: Value) -> Value {
    match value.content {
        Content::Scalar(scalar) if scalar.kind == Type::String => Value::string(scalar.text),
        Content::Scalar(_) => Value::null(),
        Content::Sequence(items) => Value::sequence(items.into_iter().map(only_strings).collect()),
        Content::Mapping(mapping) => mapping.into_iter().map(|(key, value)| (key, only_strings(value))).collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn documents_read_back(value in tree::value()) {
        let text = readable::document(&value);
        prop_assert_eq!(parse(&text), value, "{}", text);
    }

    #[test]
    fn flow_reads_back_in_every_place(value in tree::value()) {
        let flow = readable::flow(&value);
        prop_assert!(!flow.contains('\n'), "{}", flow);
        let text = format!("key: {flow}\nlist:\n- {flow}\n- [{flow}, {{a: {flow}}}]\n");
        let parsed = parse(&text);
        let list = parsed.get("list").and_then(Value::as_sequence).expect("a list");
        prop_assert_eq!(parsed.get("key"), Some(&value), "{}", text);
        prop_assert_eq!(&list[0], &value, "{}", text);
        prop_assert_eq!(list[1].as_sequence().map(|items| &items[0]), Some(&value), "{}", text);
        prop_assert_eq!(list[1].as_sequence().and_then(|items| items[1].get("a")), Some(&value), "{}", text);
    }

    #[test]
    fn fragments_read_back_at_their_column(value in tree::value(), key in tree::text(), indent in 0..4_usize) {
        prop_assume!(key != "<<");
        let pad = " ".repeat(2 * indent);
        let open: Vec<_> = (0..indent).map(|level| " ".repeat(2 * level) + "in:\n").collect();
        let open = open.concat();
        let entry = format!("{open}{pad}{}\n{pad}after: 1\n", readable::entry(&key, &value, 2 * indent));
        let item = format!("{open}{pad}{}\n{pad}- after\n", readable::item(&value, 2 * indent));
        let path = vec!["in"; indent];
        let entry_found = parse(&entry);
        prop_assume!(key != "after");
        prop_assert_eq!(entry_found.pointer(&path).and_then(|parent| parent.get(&key)), Some(&value), "{}", entry);
        prop_assert_eq!(entry_found.pointer(&path).and_then(|parent| parent.get("after")), Some(&Value::int(1)), "{}", entry);
        let items_found = parse(&item);
        let items = items_found.pointer(&path).and_then(Value::as_sequence).expect("a list");
        prop_assert_eq!(items, &[value, Value::string("after")][..], "{}", item);
    }

    #[test]
    fn another_parser_reads_the_same_strings(value in tree::value()) {
        let value = only_strings(value);
        let mut expected = Vec::new();
        strings(&value, &mut expected);
        for text in [readable::document(&value), readable::flow(&value)] {
            let parsed: serde_yaml::Value = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
            let mut found = Vec::new();
            strings_of_other_parser(&parsed, &mut found);
            prop_assert_eq!(&found, &expected, "{}", text);
        }
    }
}
