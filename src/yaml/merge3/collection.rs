//! Mappings paired by key, and collections put together again from the units of the result.
//!
//! Must not know how lists are paired.

use super::{
    comment,
    conflict::{Piece, Triple},
    document::{Merger, Value},
    intended::Intended,
    unit::{Collection, Unit, comments_in, laid_out},
    weave::weave,
};
use crate::yaml::{node::Node, print::readable, value::FileId};

impl Merger<'_> {
    /// Merges mappings.
    pub fn mapping<'s>(
        &mut self,
        root: Node<'s>,
        base: Option<&Unit<'s>>,
        ours: &Unit<'s>,
        theirs: &Unit<'s>,
    ) -> Value<'s> {
        let sides = [base.map(Collection::of), Some(Collection::of(ours)), Some(Collection::of(theirs))];
        let keys = sides.each_ref().map(|side| {
            let units = side.iter().flat_map(|side| &side.units);
            units.filter_map(|unit| unit.key.and_then(Node::text)).collect::<Vec<&str>>()
        });
        let column = inner_column(sides[1].as_ref(), ours);
        let find = |side: usize, key: &str| {
            let units = sides[side].as_ref().map(|side| side.units.as_slice()).unwrap_or_default();
            // Mostly the keys of the sides stand in one order.
            units.iter().find(|unit| unit.key.and_then(Node::text) == Some(key))
        };
        let mut all: Vec<&str> = Vec::new();
        for key in keys.iter().flatten() {
            if !all.contains(key) {
                all.push(key);
            }
        }
        let mut pieces: Vec<Piece<'s>> = Vec::new();
        for key in all {
            let units = Triple { base: find(0, key), ours: find(1, key), theirs: find(2, key) };
            self.path.push(key.to_owned());
            self.keys.push(key.to_owned());
            pieces.extend(self.unit(root, units, column));
            self.keys.pop();
            self.path.pop();
        }
        let order = weave(&keys[0], &keys[1], &keys[2], &|key| pieces.iter().any(|piece| piece.key == Some(*key)));
        pieces.sort_by_key(|piece| order.iter().position(|key| piece.key == Some(*key)));
        let entries = pieces.iter().filter_map(|piece| Some((piece.key?, piece.body.as_ref()?.1.clone())));
        let intended = Intended::Mapping(entries.collect());
        assemble(base, ours, theirs, &sides, pieces, intended)
    }
}

/// The column of the units of our collection; where it has none on lines of their own, that of a nested one.
pub(super) fn inner_column(collection: Option<&Collection<'_>>, unit: &Unit<'_>) -> usize {
    match collection {
        Some(collection) if !unit.value.is_flow() => collection.column,
        _ if unit.value.parent().is_none() => 0,
        _ => unit.column + 2,
    }
}

/// Our unit with its collection made of these pieces.
pub(super) fn assemble<'s>(
    base: Option<&Unit<'s>>,
    ours: &Unit<'s>,
    theirs: &Unit<'s>,
    sides: &[Option<Collection<'s>>; 3],
    pieces: Vec<Piece<'s>>,
    intended: Intended<'s>,
) -> Value<'s> {
    let [was, Some(mine), Some(wanted)] = sides else { return Value::ours(ours) };
    if pieces.iter().all(|piece| piece.body.is_none()) {
        return emptied(base, ours, &pieces, intended);
    }
    if mine.units.is_empty() && !ours.value.parent().is_some_and(Node::is_flow) && ours.text().lines().count() <= 1 {
        return opened(ours, pieces, intended);
    }
    if ours.value.is_flow() {
        return flow(base, ours, theirs, mine, pieces, intended);
    }
    let mut above = Vec::new();
    let head = ours.source().get(ours.start..mine.start).unwrap_or_default();
    let mut text = head_with_comment(base, ours, theirs, was.as_ref(), mine, wanted).unwrap_or_else(|| head.to_owned());
    let begins_text = ours.value.parent().is_none() && ours.source().get(..ours.start).is_none_or(str::is_empty);
    stack(&mut text, &mut above, pieces, &Stack { column: mine.column, shares_line: !mine.own_lines, begins_text });
    let tails =
        [was.as_ref(), Some(mine), Some(wanted)].map(|side| side.map(|side| side.tail.clone()).unwrap_or_default());
    if tails[0] == tails[2] || tails[1] == tails[2] {
        let from = crate::yaml::edit::layout::past_break(ours.source(), mine.units_end);
        text.push_str(ours.source().get(from..ours.end).unwrap_or_default());
    } else {
        text.push_str(&laid_out(&comment::lines(&tails[0], &tails[1], &tails[2]), mine.column));
    }
    let text = text.strip_suffix('\n').map(str::to_owned).unwrap_or(text);
    Value { text, above, intended }
}

/// How the lines of a collection are put below each other.
struct Stack {
    column: usize,
    /// Whether the first unit shares the line of its dash.
    shares_line: bool,
    /// Whether nothing stands above; a document does not begin with blank lines.
    begins_text: bool,
}

/// Adds the lines of pieces to a text, and the comments that have no room there to `above`.
fn stack(text: &mut String, above: &mut Vec<String>, pieces: Vec<Piece<'_>>, manner: &Stack) {
    let (mut shares_line, mut trims) = (manner.shares_line, manner.begins_text);
    for piece in pieces {
        let lead = piece.lead.as_str();
        if shares_line {
            above.extend(comment_lines(lead));
        } else {
            text.push_str(if trims { lead.trim_start_matches('\n') } else { lead });
            trims &= lead.trim().is_empty() && piece.body.is_none();
        }
        if let Some((body, _)) = piece.body {
            text.push_str(&" ".repeat(if shares_line { 0 } else { manner.column }));
            text.push_str(&body);
            text.push('\n');
            shares_line = false;
        }
    }
}

/// Our unit with nothing left in it: brackets in front of the comment behind the key, and all other comments of ours above.
fn emptied<'s>(base: Option<&Unit<'s>>, ours: &Unit<'s>, pieces: &[Piece<'s>], intended: Intended<'s>) -> Value<'s> {
    let mut above: Vec<String> = pieces.iter().flat_map(|piece| comment_lines(&piece.lead)).collect();
    let own = comment::our_own(&bare(ours), base, None);
    let line = ours.head().split('\n').next().unwrap_or_default().trim_end();
    let behind = comments_in(ours.value, ours.start..ours.value_range().start);
    let behind = behind.first().copied().filter(|comment| line.ends_with(comment)).unwrap_or_default();
    above.extend(own.into_iter().filter(|own| own != behind && !above.contains(own)).collect::<Vec<_>>());
    let key = line.strip_suffix(behind).unwrap_or(line).trim();
    let brackets = if ours.value.is_mapping() { "{}" } else { "[]" };
    let parts: Vec<&str> = [key, brackets].into_iter().filter(|part| !part.is_empty()).collect();
    let gap = if behind.is_empty() { "" } else { "  " };
    Value { text: format!("{}{gap}{behind}", parts.join(" ")), above, intended }
}

/// Our unit with a block in the place of an empty collection.
fn opened<'s>(ours: &Unit<'s>, pieces: Vec<Piece<'s>>, intended: Intended<'s>) -> Value<'s> {
    let column = inner_column(None, ours);
    let is_item = ours.value.parent().is_some_and(Node::is_sequence);
    let (line, below) = ours.rest().split_once('\n').unwrap_or((ours.rest(), ""));
    let mut above = Vec::new();
    let mut text = ours.head().trim_end().to_owned();
    if is_item {
        text.push(' ');
        above.extend(comment_lines(line));
    } else if !text.is_empty() || !line.trim().is_empty() {
        text.push_str(&format!("{line}\n"));
    }
    stack(&mut text, &mut above, pieces, &Stack { column, shares_line: is_item, begins_text: false });
    text.push_str(below);
    Value { text: text.trim_end_matches('\n').to_owned(), above, intended }
}

/// The unit without its lead, whose comments are merged elsewhere.
fn bare<'s>(unit: &Unit<'s>) -> Unit<'s> {
    Unit { lead: unit.start..unit.start, ..unit.clone() }
}

/// The comments of a lead.
fn comment_lines(lead: &str) -> Vec<String> {
    lead.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// What stands before the lines of our collection, with their comment behind the key, if they changed it; `None` if it stays as it is.
fn head_with_comment(
    base: Option<&Unit<'_>>,
    ours: &Unit<'_>,
    theirs: &Unit<'_>,
    was: Option<&Collection<'_>>,
    mine: &Collection<'_>,
    wanted: &Collection<'_>,
) -> Option<String> {
    if !mine.own_lines || ours.value.parent().is_none() {
        return None;
    }
    let comment = |unit: &Unit<'_>, collection: &Collection<'_>| {
        comments_in(unit.value, unit.start..collection.start.max(unit.start))
            .first()
            .map_or("", |comment| *comment)
            .to_owned()
    };
    let before = base.zip(was).map(|(unit, collection)| comment(unit, collection));
    let (present, new) = (comment(ours, mine), comment(theirs, wanted));
    let chosen = comment::choose(before.as_deref(), &present, &new);
    if chosen == present {
        return None;
    }
    let head = ours.source().get(ours.start..mine.start)?;
    let line = head.split('\n').next()?;
    let bare = line.strip_suffix(present.as_str()).unwrap_or(line).trim_end();
    let gap = if chosen.is_empty() { "" } else { " " };
    Some(format!("{bare}{gap}{chosen}{}", &head[line.len()..]))
}

/// Our collection between brackets made of these pieces. What is written on several lines stays so.
fn flow<'s>(
    base: Option<&Unit<'s>>,
    ours: &Unit<'s>,
    theirs: &Unit<'s>,
    mine: &Collection<'s>,
    pieces: Vec<Piece<'s>>,
    intended: Intended<'s>,
) -> Value<'s> {
    let text = ours.source();
    let unchanged = pieces.len() == mine.units.len()
        && pieces
            .iter()
            .zip(&mine.units)
            .all(|(piece, unit)| piece.body.as_ref().is_some_and(|body| body.0 == unit.text()));
    if unchanged {
        return Value { intended, ..Value::ours(ours) };
    }
    let mut above: Vec<String> = pieces.iter().flat_map(|piece| comment_lines(&piece.lead)).collect();
    let bodies: Vec<String> = pieces.into_iter().filter_map(|piece| in_flow(piece, theirs)).collect();
    let range = ours.value_range();
    let node = ours.value.span();
    let inside = text.get(node.range()).unwrap_or_default();
    let (open, separator, close) = match (mine.units.first(), mine.units.last()) {
        (Some(first), Some(last)) if inside.contains('\n') => {
            let column = crate::yaml::edit::layout::column_of(text, first.start);
            let open = text.get(range.start..first.start).unwrap_or_default();
            (open.to_owned(), format!(",\n{}", " ".repeat(column)), text.get(last.end..range.end).unwrap_or_default())
        }
        _ => {
            let open = text.get(range.start..node.start as usize + 1).unwrap_or_default();
            (open.to_owned(), ", ".to_owned(), if ours.value.is_mapping() { "}" } else { "]" })
        }
    };
    let value = format!("{open}{}{close}", bodies.join(&separator));
    let rest = text.get(range.end..ours.end).unwrap_or_default();
    let lost = comments_in(ours.value, ours.value.span().range()).into_iter().map(str::to_owned);
    let own = comment::our_own(ours, base, None);
    above.extend(lost.filter(|comment| own.contains(comment) && !value.contains(comment.as_str())).collect::<Vec<_>>());
    Value { text: format!("{}{value}{rest}", ours.head()), above, intended }
}

/// The text of a piece between brackets.
fn in_flow<'s>(piece: Piece<'s>, theirs: &Unit<'s>) -> Option<String> {
    let (body, intended) = piece.body?;
    let Intended::Taken(node) = intended else { return Some(body) };
    let from_block = std::ptr::eq(node.stream(), theirs.value.stream()) && !theirs.value.is_flow();
    if !from_block {
        return Some(body);
    }
    let value = node.to_value(FileId(0)).ok().map(|value| readable::flow(&value))?;
    Some(piece.key.map_or_else(|| value.clone(), |key| format!("{}: {value}", readable::key(key))))
}
