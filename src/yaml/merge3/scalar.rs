//! Scalars: value, style and comment apart; strings that hold YAML merged as YAML, other long strings by lines.
//!
//! Must not know collections.

use super::{
    ConflictKind, Sides,
    comment::{self, our_own},
    conflict::Triple,
    document::{Merger, Value},
    intended::{Intended, same},
    stream,
    unit::{Unit, shifted},
};
use crate::{
    text::{SourceText, Span, merge_lines},
    yaml::{
        edit::layout::{Layout, column_of},
        node::{Node, Stream},
        scalar::{Style, Type},
        value::Scalar,
    },
};

/// A value chosen or made, with what it shall be.
type Chosen<'s> = (String, Intended<'s>);

impl Merger<'_> {
    /// Merges scalars.
    pub fn scalar<'s>(&mut self, base: Option<&Unit<'s>>, ours: &Unit<'s>, theirs: &Unit<'s>) -> Value<'s> {
        let is_base = |unit: &Unit<'_>| base.is_some_and(|base| same(base.value, unit.value));
        let style_is_base = base.is_some_and(|base| base.plain_value() == ours.plain_value());
        let mine =
            || (ours.source().get(ours.value_range()).unwrap_or_default().to_owned(), Intended::Taken(ours.value));
        let wanted = || (restyled(base, ours, theirs), Intended::Taken(theirs.value));
        let mut markers = Vec::new();
        let (value, intended) = if is_base(theirs) || same(ours.value, theirs.value) {
            if style_is_base && same(ours.value, theirs.value) { wanted() } else { mine() }
        } else if is_base(ours) {
            wanted()
        } else if let Some(chosen) = self.inside(base, ours, theirs) {
            chosen
        } else {
            let kind = if base.is_some() { ConflictKind::Changed } else { ConflictKind::Added };
            let units = Triple { base, ours: Some(ours), theirs: Some(theirs) };
            if self.note(kind, units) {
                wanted()
            } else {
                markers = self.markers(units);
                mine()
            }
        };
        let (text, mut above) = around(base, ours, theirs, &value);
        above.extend(markers);
        Value { text, above, intended }
    }

    /// Merges what strings of several lines hold.
    fn inside<'s>(&mut self, base: Option<&Unit<'s>>, ours: &Unit<'s>, theirs: &Unit<'s>) -> Option<Chosen<'s>> {
        let base = base?;
        let [was, mine, wanted] = [base.value.as_str()?, ours.value.as_str()?, theirs.value.as_str()?];
        // A short text in quotes with a colon in it is prose; in a block it is a file.
        let is_file =
            |unit: &Unit<'_>, text: &str| unit.value.style() == Some(Style::Literal) || text.trim_end().contains('\n');
        if !is_file(base, was) || !is_file(ours, mine) || !is_file(theirs, wanted) {
            return None;
        }
        let sides = Sides { base: was, ours: mine, theirs: wanted };
        let merged = self.embedded([base, ours, theirs], sides).or_else(|| {
            let merged = merge_lines(was, mine, wanted, &|_, ours, _| ours.to_owned());
            merged.conflicts.is_empty().then_some(merged.text)
        })?;
        let text = rewritten(ours, &merged)?;
        Some((text, Intended::Text(merged)))
    }

    /// Merges the YAML that strings hold; `None` if they hold none.
    fn embedded(&mut self, units: [&Unit<'_>; 3], sides: Sides<'_>) -> Option<String> {
        let holds_mapping = |text: &str| {
            let stream = Stream::parse(SourceText::new(text)).ok()?;
            let mut documents = stream.documents();
            let root = documents.next()?.root();
            Some(root.is_mapping() && !root.is_flow() && documents.next().is_none())
        };
        if ![sides.base, sides.ours, sides.theirs].iter().all(|text| holds_mapping(text) == Some(true)) {
            return None;
        }
        let mut inner = Merger::new(self.options);
        inner.path.clone_from(&self.path);
        let place = |side: usize| {
            let span = units[side].value.span();
            Span::new(self.offsets[side] + span.start as usize, self.offsets[side] + span.end as usize)
        };
        inner.pinned = Some(self.pinned.unwrap_or_else(|| [place(0), place(1), place(2)]));
        let text = stream::merge_texts(&mut inner, sides).ok()?;
        self.conflicts.append(&mut inner.conflicts);
        Some(text)
    }
}

/// Their value at our column, in our style if that is our own and can be kept.
fn restyled(base: Option<&Unit<'_>>, ours: &Unit<'_>, theirs: &Unit<'_>) -> String {
    let theirs_written =
        shifted(theirs.source().get(theirs.value_range()).unwrap_or_default(), theirs.column, ours.column);
    let style = |unit: &Unit<'_>| unit.value.style();
    let is_own = base.is_some_and(|base| style(base) != style(ours) && same(base.value, ours.value));
    let quoted = |style: Option<Style>| matches!(style, Some(Style::SingleQuoted | Style::DoubleQuoted));
    let text = theirs.value.text().unwrap_or_default();
    let is_plain_string = theirs.value.scalar_type() == Some(Type::String) && theirs.value.tag().is_none();
    if !is_own || !quoted(style(ours)) || !is_plain_string || text.contains('\n') || theirs.value.anchor().is_some() {
        return theirs_written;
    }
    let scalar = Scalar { text: text.into(), kind: Type::String, quoted: true };
    let layout = Layout::of(ours.value.stream());
    layout.scalar(&scalar, style(ours).unwrap_or(Style::Plain), ours.value.parent().is_some_and(Node::is_flow))
}

/// Our unit with another value, and the comments that found no place in it.
fn around(base: Option<&Unit<'_>>, ours: &Unit<'_>, theirs: &Unit<'_>, value: &str) -> (String, Vec<String>) {
    let head = match (ours.head(), value.is_empty()) {
        (head, true) => head.trim_end().to_owned(),
        (head, false) if head.ends_with([':', '-']) => format!("{head} "),
        (head, false) => head.to_owned(),
    };
    if ours.value.parent().is_some_and(Node::is_flow) {
        return (format!("{head}{value}"), Vec::new());
    }
    let (mine, wanted) = (ours.rest(), theirs.rest());
    let is_block = |text: &str| text.trim_start().starts_with(['|', '>']) || text.contains('\n');
    let was = base.map(Unit::rest);
    let chosen = comment::choose(was.map(comment::trailing), comment::trailing(mine), comment::trailing(wanted));
    let tails = [was.unwrap_or_default(), mine, wanted].map(tail);
    let tail = if tails[0] == tails[2] || was.is_none() { below(mine).to_owned() } else { merged_tail(&tails, ours) };
    let mut above = Vec::new();
    let mut text = format!("{head}{value}");
    let as_it_was = chosen == comment::trailing(mine) && !is_block(value) && !is_block(ours.plain_value().as_str());
    if as_it_was {
        text.push_str(mine.split('\n').next().unwrap_or_default());
    } else if is_block(value) {
        let lost = our_own(ours, base, None);
        above.extend(lost.into_iter().filter(|own| {
            let in_lead = ours.plain_lead().iter().any(|line| line.trim() == own);
            let in_tail = tails[1].iter().any(|line| line.trim() == own);
            !in_lead && !in_tail && !value.lines().next().is_some_and(|line| line.ends_with(own.as_str()))
        }));
    } else if !chosen.is_empty() {
        text.push_str(&format!(" {chosen}"));
    }
    text.push_str(&tail);
    (text, above)
}

/// What follows the first line of a rest, with the line break before it.
fn below(rest: &str) -> &str {
    rest.find('\n').map_or("", |at| &rest[at..])
}

fn tail(rest: &str) -> Vec<String> {
    rest.lines().skip(1).map(|line| line.trim().to_owned()).collect()
}

fn merged_tail(tails: &[Vec<String>; 3], ours: &Unit<'_>) -> String {
    let lines = comment::lines(&tails[0], &tails[1], &tails[2]);
    lines.iter().map(|line| format!("\n{}{line}", " ".repeat(ours.column + 2))).collect()
}

/// The text of a string in the place of our block scalar, or as one.
fn rewritten(ours: &Unit<'_>, text: &str) -> Option<String> {
    let written = ours.source().get(ours.value_range())?;
    let mut lines = written.split('\n');
    let header = lines.next()?;
    let first = lines.find(|line| !line.trim().is_empty());
    let is_literal = ours.value.style() == Some(Style::Literal);
    let column =
        first.filter(|_| is_literal).map_or(ours.column + 2, |line| line.len() - line.trim_start_matches(' ').len());
    let holder = if ours.value.parent().is_some() { ours.column } else { column_of(ours.source(), ours.start) };
    let layout = Layout::of(ours.value.stream());
    let (new_header, content) = layout.block_scalar(text, '|', holder, column)?;
    let ends_alike =
        |a: &str, b: &str| a.len() - a.trim_end_matches('\n').len() == b.len() - b.trim_end_matches('\n').len();
    let keeps_header = is_literal && ends_alike(text, ours.value.text().unwrap_or_default());
    Some(format!("{}{content}", if keeps_header { header } else { new_header.as_str() }))
}
