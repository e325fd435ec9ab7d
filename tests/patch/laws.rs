//! Laws of patches.

use proptest::prelude::*;
use treewright::{
    kustomize::{
        merge_keys::MergeKeys,
        patch::{
            json6902,
            strategic::{Merged, merge},
        },
    },
    yaml::{Mapping, Value},
};

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        // No `y` and `n`: JSON patches take them for booleans.
        "[a-d]{1,3}".prop_map(Value::string),
        any::<i32>().prop_map(|number| Value::int(number.into())),
        any::<bool>().prop_map(Value::bool)
    ]
}

/// Trees without null, whose fields have the same kind of value wherever the name is the same, so that any two can be merged.
fn tree() -> impl Strategy<Value = Value> {
    let leaf = prop::collection::vec(("s[a-d]", scalar()), 0..4).prop_map(mapping);
    leaf.prop_recursive(3, 24, 4, |inner| {
        (
            prop::collection::vec(("s[a-d]", scalar()), 0..3),
            prop::collection::vec(("m[a-c]", inner.clone()), 0..3),
            prop::collection::vec(("l[a-c]", prop::collection::vec(inner, 0..3).prop_map(Value::sequence)), 0..2),
        )
            .prop_map(|(scalars, mappings, lists)| mapping(scalars.into_iter().chain(mappings).chain(lists).collect()))
    })
}

fn mapping(entries: Vec<(String, Value)>) -> Value {
    entries.into_iter().map(|(key, value)| (key.into(), value)).collect()
}

/// A pod whose containers have distinct names.
fn pod() -> impl Strategy<Value = Value> {
    prop::collection::btree_map("[a-d]", tree(), 0..4).prop_map(|containers| {
        let named = |(name, mut container): (String, Value)| {
            if let Some(fields) = container.as_mapping_mut() {
                fields.insert("name".into(), Value::string(name));
            }
            container
        };
        let spec = mapping(vec![("containers".into(), Value::sequence(containers.into_iter().map(named).collect()))]);
        mapping(vec![("apiVersion".into(), "v1".into()), ("kind".into(), "Pod".into()), ("spec".into(), spec)])
    })
}

fn merged(target: &Value, patch: &Value) -> Value {
    let mut result = target.clone();
    assert_eq!(merge(&mut result, patch, MergeKeys::built_in()), Ok(Merged::Kept));
    result
}

/// All places of a tree as JSON pointers.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    for (key, child) in value.as_mapping().into_iter().flatten() {
        let at = format!("{at}/{key}");
        places(child, &at, found);
        found.push(at);
    }
    for (index, child) in value.as_sequence().into_iter().flatten().enumerate() {
        let at = format!("{at}/{index}");
        places(child, &at, found);
        found.push(at);
    }
}

fn operation(op: &str, path: &str, value: Option<Value>) -> json6902::Operation {
    let fields = [("op", Some(op.into())), ("path", Some(path.into())), ("value", value)];
    let fields: Mapping = fields.into_iter().filter_map(|(key, value)| Some((key.into(), value?))).collect();
    let document = Value::sequence(vec![Value::of_mapping(fields)]);
    json6902::parse(&document).expect("an operation").remove(0)
}

proptest! {
    #[test]
    fn an_empty_patch_changes_nothing(target in prop_oneof![tree(), pod()]) {
        prop_assert_eq!(merged(&target, &Value::mapping()), target);
    }

    #[test]
    fn what_is_merged_twice_is_merged_once(target in tree(), patch in tree()) {
        let once = merged(&target, &patch);
        prop_assert_eq!(merged(&once, &patch), once);
    }

    #[test]
    fn lists_with_keys_are_merged_twice_as_once(target in pod(), patch in pod()) {
        let once = merged(&target, &patch);
        prop_assert_eq!(merged(&once, &patch), once);
    }

    #[test]
    fn a_patch_is_found_in_what_it_patched(target in tree(), patch in tree()) {
        fn holds(whole: &Value, part: &Value) -> bool {
            match part.as_mapping() {
                Some(part) => part.iter().all(|(key, part)| whole.get(key).is_some_and(|whole| holds(whole, part))),
                None => whole == part,
            }
        }
        prop_assert!(holds(&merged(&target, &patch), &patch));
    }

    #[test]
    fn removing_what_was_added_restores(target in tree(), value in tree(), choice in any::<prop::sample::Index>()) {
        let mut paths = Vec::new();
        places(&target, "", &mut paths);
        // Keys of the trees begin with `s`, `m` or `l`, so this one is new everywhere.
        let parents: Vec<String> = std::iter::once(String::new()).chain(paths).collect();
        let parent = choice.get(&parents);
        let path = if parent.rsplit('/').next().is_some_and(|key| key.starts_with('l')) { format!("{parent}/0") } else { format!("{parent}/new") };
        prop_assume!(!parent.rsplit('/').next().is_some_and(|key| key.starts_with('s')));
        let mut object = target.clone();
        let operations = [
            operation("add", &path, Some(value.clone())),
            operation("test", &path, Some(value)),
            operation("remove", &path, None),
        ];
        json6902::apply(&mut object, &operations).expect("applies");
        prop_assert_eq!(object, target);
    }

    #[test]
    fn every_place_tests_as_itself(target in tree()) {
        let mut paths = Vec::new();
        places(&target, "", &mut paths);
        let find = |path: &str| {
            path.split('/').skip(1).try_fold(&target, |value, key| match value.as_sequence() {
                Some(items) => items.get(key.parse::<usize>().ok()?),
                None => value.get(key),
            })
        };
        for path in paths {
            let operations = [operation("test", &path, find(&path).cloned())];
            let mut object = target.clone();
            json6902::apply(&mut object, &operations).expect("tests");
            prop_assert_eq!(&object, &target);
        }
    }
}
