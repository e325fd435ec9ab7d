//! An entry moved to another place of its document, with its comments and as it is written: for migrations, which say where a thing has gone.
//!
//! Must not know why it moves.

use super::{
    intended::same,
    unit::{Collection, Unit, laid_out, shifted},
};
use crate::{
    text::SourceText,
    yaml::{
        edit::layout::{past_break, starts_line},
        node::{Node, Stream},
        print::readable,
        route::{Route, Step},
    },
};

/// Moves the entry of a text with one document. `None` if there is none, if something is there already, or if either place is not written as a block.
pub(super) fn entry(text: &str, from: &Route, to: &Route) -> Option<String> {
    let stream = Stream::parse(SourceText::new(text)).ok()?;
    let root = only_root(&stream)?;
    if to.find(root).is_some() {
        return None;
    }
    let Some(Step::Key(name)) = to.steps().last() else { return None };
    let unit = unit(root, from)?;
    let target = unit_of_block(root, &to.parent()?)?;
    let key = unit.key?.span();
    if key.start as usize != unit.start || !starts_line(text, unit.start) {
        return None;
    }
    let is_alone = Collection::of(&unit_of_block(root, &from.parent()?)?).units.len() == 1;
    let into = Collection::of(&target);
    let (column, end) = (into.column, past_break(text, into.units_end));
    let body = format!("{}{}", readable::key(name), text.get(key.end as usize..unit.end)?);
    let moved = format!(
        "{}{}{}\n",
        laid_out(&unit.plain_lead(), column),
        " ".repeat(column),
        shifted(&body, unit.column, column)
    );
    let taken = unit.lead.start.min(unit.start - unit.column)..past_break(text, unit.end);
    // A mapping without entries would be another value, and an entry cannot move into itself.
    let is_inside = taken.contains(&end) && end != taken.start;
    if is_alone || is_inside {
        return None;
    }
    let line_break = if end == text.len() && !text.ends_with('\n') { "\n" } else { "" };
    let moved = format!("{line_break}{moved}");
    let result = if end <= taken.start {
        format!("{}{moved}{}{}", text.get(..end)?, text.get(end..taken.start)?, text.get(taken.end..)?)
    } else {
        format!("{}{}{moved}{}", text.get(..taken.start)?, text.get(taken.end..end)?, text.get(end..)?)
    };
    let parsed = Stream::parse(SourceText::new(result.as_str())).ok()?;
    let root = only_root(&parsed)?;
    let is_there = from.find(root).is_none() && to.find(root).is_some_and(|node| same(node, unit.value));
    is_there.then_some(result)
}

fn only_root(stream: &Stream) -> Option<Node<'_>> {
    let mut documents = stream.documents();
    match (documents.next(), documents.next()) {
        (Some(document), None) if !document.is_empty() => Some(document.root()),
        _ => None,
    }
}

/// The entry at the end of a route.
fn unit<'s>(root: Node<'s>, route: &Route) -> Option<Unit<'s>> {
    let mut unit = Unit::of_root(root);
    for step in route.steps() {
        let units = Collection::of(&unit).units;
        unit = match step {
            Step::Key(key) => units.into_iter().find(|unit| unit.key.and_then(Node::text) == Some(key.as_str()))?,
            Step::Index(at) => units.into_iter().nth(*at)?,
        };
    }
    Some(unit)
}

/// The same, if it is a mapping with entries on lines of their own.
fn unit_of_block<'s>(root: Node<'s>, route: &Route) -> Option<Unit<'s>> {
    let unit = unit(root, route)?;
    let is_block = unit.value.is_mapping() && !unit.value.is_flow() && !unit.value.is_alias();
    (is_block && !Collection::of(&unit).units.is_empty()).then_some(unit)
}
