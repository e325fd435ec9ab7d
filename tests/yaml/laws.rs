//! Laws that hold for every text: what is written is read, and what edits promise.

use proptest::prelude::*;
use treewright::yaml::{
    Content, FileId, Kind, Node, Route, Step, Stream, Style, Type, Value,
    edit::{EditError, Edited, Editor, Place},
};

use super::{
    parse,
    writer::{Dice, any_document, any_value, write},
};

fn first_value(stream: &Stream) -> Value {
    stream.documents().next().expect("a document").root().to_value(FileId(0)).expect("a value")
}

/// Equality that does not tell one null from another.
fn same(left: &Value, right: &Value) -> bool {
    match (&left.content, &right.content) {
        (Content::Scalar(left), Content::Scalar(right)) => {
            left.kind == right.kind && (left.kind == Type::Null || left.text == right.text)
        }
        (Content::Sequence(left), Content::Sequence(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Content::Mapping(left), Content::Mapping(right)) => {
            left.len() == right.len()
                && left.iter().zip(right.iter()).all(|(left, right)| left.0 == right.0 && same(left.1, right.1))
        }
        _ => false,
    }
}

/// The value at a route, to change it.
fn value_at<'v>(value: &'v mut Value, route: &[Step]) -> &'v mut Value {
    route.iter().fold(value, |value, step| match step {
        Step::Key(key) => value.get_mut(key).expect("the key"),
        Step::Index(index) => &mut value.as_sequence_mut().expect("a list")[*index],
    })
}

/// The values of a document, keys left out, with their routes.
fn routes(value: &Value, here: &Route, found: &mut Vec<Route>) {
    found.push(here.clone());
    match &value.content {
        Content::Scalar(_) => {}
        Content::Sequence(items) => {
            items.iter().enumerate().for_each(|(index, item)| routes(item, &here.clone().index(index), found));
        }
        Content::Mapping(mapping) => {
            mapping.iter().for_each(|(key, value)| routes(value, &here.clone().key(key), found));
        }
    }
}

fn comments(stream: &Stream) -> Vec<&str> {
    stream.comments().iter().map(|&comment| stream.text().slice(comment)).collect()
}

/// Applies splices without the crate's help, and checks that they are sorted and apart.
fn spliced(before: &str, edited: &Edited) -> String {
    let mut text = String::new();
    let mut done = 0;
    for splice in &edited.splices {
        let range = splice.span.range();
        assert!(range.start >= done, "{:?}", edited.splices);
        text += &before[done..range.start];
        text += &splice.replacement;
        done = range.end;
    }
    text + &before[done..]
}

/// Checks the laws of one edit: the intended value, bytes outside of the splices, comments outside of what was replaced.
fn check_laws(before: &Stream, edited: &Edited, intended: &Value) -> Stream {
    let old = before.text().as_str();
    assert_eq!(spliced(old, edited), edited.text);
    let after = parse(&edited.text);
    let value = first_value(&after);
    assert!(same(&value, intended), "{old:?}\n=====\n{:?}", edited.text);
    let replaced =
        |start: u32| edited.splices.iter().any(|splice| splice.span.start <= start && start < splice.span.end);
    let kept: Vec<&str> =
        before.comments().iter().filter(|c| !replaced(c.start)).map(|&c| before.text().slice(c)).collect();
    let mut left = comments(&after).into_iter();
    assert!(kept.iter().all(|comment| left.any(|other| other == *comment)), "{old}\n=====\n{}", edited.text);
    let breaks = edited.text.matches('\n').count();
    let carried = if old.contains("\r\n") { breaks } else { 0 };
    assert_eq!(edited.text.matches("\r\n").count(), carried, "{:?}", edited.text);
    after
}

fn scalars(stream: &Stream) -> impl Iterator<Item = Node<'_>> {
    stream.nodes().filter(|node| node.kind() == Kind::Scalar && !node.is_absent())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read(value in any_document(), seed: u64) {
        let text = write(&value, seed);
        let stream = parse(&text);
        prop_assert!(same(&first_value(&stream), &value), "{:?}", text);
    }

    #[test]
    fn the_source_of_a_scalar_reads_as_the_scalar(value in any_document(), seed: u64) {
        let stream = parse(&write(&value, seed));
        for node in scalars(&stream) {
            let is_block = matches!(node.style(), Some(Style::Literal | Style::Folded));
            let source = if is_block { format!("{}\n", node.source()) } else { node.source().to_owned() };
            let again = parse(&source);
            let root = again.documents().next().expect("a document").root();
            prop_assert_eq!(root.text(), node.text(), "{}", source);
            prop_assert_eq!(root.scalar_type(), node.scalar_type(), "{}", source);
        }
    }

    #[test]
    fn every_node_is_found_by_its_route_and_place(value in any_document(), seed: u64) {
        let stream = parse(&write(&value, seed));
        let root = stream.documents().next().expect("a document").root();
        for node in stream.nodes() {
            let is_key = node.parent().is_some_and(|parent| parent.entries().any(|entry| entry.key == node));
            if !is_key {
                prop_assert_eq!(node.route().find(root), Some(node));
                prop_assert_eq!(node.route().to_string().parse::<Route>().unwrap().find(root), Some(node));
            }
            if let Some(parent) = node.parent() {
                prop_assert!(parent.span().start <= node.span().start && node.span().end <= parent.span().end);
            }
        }
    }

    #[test]
    fn replacing_changes_one_value(value in any_document(), new in any_value(), seed: u64) {
        let before = parse(&write(&value, seed));
        let mut found = Vec::new();
        routes(&value, &Route::root(), &mut found);
        let route = &found[Dice::new(seed).roll(found.len())];
        let mut editor = Editor::new(before.clone());
        let outcome = editor.document(0).replace(route, &new);
        prop_assert_eq!(outcome, Ok(()), "{} in\n{:?}\nby {:?}", route, before.text().as_str(), write(&new, 5));
        let mut intended = value;
        *value_at(&mut intended, route.steps()) = new;
        check_laws(&before, &editor.finish(), &intended);
    }

    #[test]
    fn removing_takes_one_child(value in any_document(), seed: u64) {
        let before = parse(&write(&value, seed));
        let mut found = Vec::new();
        routes(&value, &Route::root(), &mut found);
        let route = &found[1 + Dice::new(seed).roll(found.len() - 1)];
        let mut editor = Editor::new(before.clone());
        let outcome = editor.document(0).remove(route);
        prop_assert_eq!(outcome, Ok(()), "{} in\n{:?}", route, before.text().as_str());
        let mut intended = value;
        let (last, above) = route.steps().split_last().expect("not the root");
        match (last, &mut value_at(&mut intended, above).content) {
            (Step::Key(key), Content::Mapping(mapping)) => drop(mapping.shift_remove(key)),
            (Step::Index(index), Content::Sequence(items)) => drop(items.remove(*index)),
            other => panic!("{other:?}"),
        }
        check_laws(&before, &editor.finish(), &intended);
    }

    #[test]
    fn adding_puts_one_child_and_removing_it_restores_the_value(value in any_document(), new in any_value(), seed: u64) {
        let before = parse(&write(&value, seed));
        let mut found = Vec::new();
        routes(&value, &Route::root(), &mut found);
        let mut intended = value.clone();
        found.retain(|route| value_at(&mut intended, route.steps()).as_scalar().is_none());
        let mut dice = Dice::new(seed);
        let route = &found[dice.roll(found.len())];
        let mut editor = Editor::new(before.clone());
        let (outcome, child) = match &mut value_at(&mut intended, route.steps()).content {
            Content::Sequence(items) => {
                let index = dice.roll(items.len() + 1);
                items.insert(index, new.clone());
                (editor.document(0).insert_item(route, index, &new), route.clone().index(index))
            }
            Content::Mapping(mapping) => {
                let index = dice.roll(mapping.len() + 1);
                let names: Vec<String> = mapping.keys().map(ToString::to_string).collect();
                let place = match names.get(index) {
                    _ if index == 0 => Place::First,
                    Some(_) if dice.chance(2) => Place::After(&names[index - 1]),
                    Some(name) => Place::Before(name),
                    None => Place::Last,
                };
                mapping.shift_insert(index, "NEW".into(), new.clone());
                (editor.document(0).insert_key(route, "NEW", &new, place), route.clone().key("NEW"))
            }
            Content::Scalar(_) => unreachable!("only collections are left"),
        };
        prop_assert_eq!(outcome, Ok(()), "{} in\n{:?}", child, before.text().as_str());
        let after = check_laws(&before, &editor.clone().finish(), &intended);
        prop_assert_eq!(comments(&after), comments(&before));
        prop_assert_eq!(editor.document(0).remove(&child), Ok(()), "{} in\n{:?}", child, after.text().as_str());
        check_laws(&before, &editor.finish(), &value);
    }

    #[test]
    fn renaming_changes_one_key(value in any_document(), seed: u64) {
        let before = parse(&write(&value, seed));
        let mut editor = Editor::new(before.clone());
        let mapping = value.as_mapping().expect("a mapping");
        let index = Dice::new(seed).roll(mapping.len());
        let name = mapping.get_index(index).expect("a key").0;
        let outcome = editor.document(0).rename_key(&Route::root().key(name), "New: name");
        prop_assert_eq!(outcome, Ok::<(), EditError>(()));
        let renamed = |(at, (key, value)): (usize, (&_, &Value))| {
            (if at == index { "New: name".into() } else { Clone::clone(key) }, value.clone())
        };
        let intended: Value = mapping.iter().enumerate().map(renamed).collect();
        check_laws(&before, &editor.finish(), &intended);
    }
}
