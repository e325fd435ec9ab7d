//! Laws that hold for any text.

use proptest::prelude::*;
use treewright::{
    helm::{Typing, assign, merge_values, parse_set},
    yaml::{Origin, Value},
};

/// Writes a text so that a line of `--set` holds it as it is.
fn escaped(text: &str) -> String {
    text.chars().flat_map(|c| ['\\', c]).collect()
}

fn leaf(path: usize, text: &str) -> Value {
    let value = Value::string(text);
    (0..path).fold(value, |inner, depth| [(format!("k{depth}").into(), inner)].into_iter().collect())
}

proptest! {
    #[test]
    fn any_line_is_read_or_refused(line in ".{0,60}") {
        let mut values = Value::mapping();
        for assignment in parse_set(&line, Typing::Inferred, Origin::NONE).unwrap_or_default() {
            let _ = assign(&mut values, &assignment);
        }
        prop_assert!(values.as_mapping().is_some());
    }

    #[test]
    fn an_escaped_text_is_kept(key in "[^\\x00]{1,12}", text in "[^\\x00]{0,40}") {
        let line = format!("{}={}", escaped(&key), escaped(&text));
        let assignments = parse_set(&line, Typing::Strings, Origin::NONE).expect("a line");
        let mut values = Value::mapping();
        for assignment in &assignments {
            assign(&mut values, assignment).expect("assigned");
        }
        let expected: Value = [(key.into(), Value::string(text))].into_iter().collect();
        prop_assert_eq!(values, expected);
    }

    #[test]
    fn values_merged_into_themselves_stay(depth in 0_usize..5, text in "[a-z]{0,8}") {
        let values = leaf(depth, &text);
        let mut merged = values.clone();
        merge_values(&mut merged, values.clone());
        prop_assert_eq!(merged, values);
    }
}
