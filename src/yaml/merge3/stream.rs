//! Files: cut into documents, paired by what identifies them, merged each by itself, put together again.
//!
//! Must not know what is inside of documents.

use std::{collections::HashMap, ops::Range};

use super::{
    Conflict, ConflictKind, Excerpt, Favour, Identity, MergeError, Merged, Options, Side, Sides,
    document::Merger,
    weave::{each_once, in_order, places},
};
use crate::{
    text::{MergedLines, SourceText, Span, merge_lines},
    yaml::node::Stream,
};

const BYTE_ORDER_MARK: char = '\u{feff}';

/// Merges three files.
pub(super) fn merge(sides: Sides<'_>, options: &Options<'_>) -> Result<Merged, MergeError> {
    let unchanged = |text: &str| Merged { text: text.to_owned(), conflicts: Vec::new() };
    if sides.base == sides.theirs || sides.ours == sides.theirs {
        return Ok(unchanged(sides.ours));
    }
    if sides.base == sides.ours {
        return Ok(unchanged(sides.theirs));
    }
    // Merged with the line breaks of Unix; ours come back in the end.
    let [base, ours, theirs] = [sides.base, sides.ours, sides.theirs].map(plain);
    let mut merger = Merger::new(options);
    let text = merge_texts(&mut merger, Sides { base: &base, ours: &ours, theirs: &theirs })?;
    let text = if sides.ours.contains("\r\n") { text.replace('\n', "\r\n") } else { text };
    let mark = if sides.ours.starts_with(BYTE_ORDER_MARK) { "\u{feff}" } else { "" };
    Ok(Merged { text: format!("{mark}{text}"), conflicts: merger.conflicts })
}

fn plain(text: &str) -> String {
    text.trim_start_matches(BYTE_ORDER_MARK).replace("\r\n", "\n")
}

/// Merges three texts with the line breaks of Unix.
pub(super) fn merge_texts(merger: &mut Merger<'_>, sides: Sides<'_>) -> Result<String, MergeError> {
    let identity = merger.options.identity;
    let base = Parts::of(sides.base, Side::Base, identity)?;
    let ours = Parts::of(sides.ours, Side::Ours, identity)?;
    let theirs = Parts::of(sides.theirs, Side::Theirs, identity)?;
    let text = Documents { base: &base, ours: &ours, theirs: &theirs }.merge(merger);
    if !merger.conflicts.is_empty() || !merger.options.prefers_lines {
        return Ok(text);
    }
    let MergedLines { text: lines, conflicts } =
        merge_lines(sides.base, sides.ours, sides.theirs, &|_, ours, _| ours.to_owned());
    let holds_the_same = || {
        Some(same_documents(
            &Parts::of(&lines, Side::Ours, identity).ok()?,
            &Parts::of(&text, Side::Ours, identity).ok()?,
        ))
    };
    Ok(if conflicts.is_empty() && holds_the_same() == Some(true) { lines } else { text })
}

fn same_documents(left: &Parts<'_>, right: &Parts<'_>) -> bool {
    let same = |(left, right): (&Part<'_>, &Part<'_>)| {
        let roots = (left.stream.documents().next(), right.stream.documents().next());
        match roots {
            (Some(left), Some(right)) => super::intended::same(left.root(), right.root()),
            (left, right) => left.is_none() && right.is_none(),
        }
    };
    left.parts.len() == right.parts.len() && left.parts.iter().zip(&right.parts).all(same)
}

/// One document of a file.
struct Part<'t> {
    /// The line of its marker with the line break; empty if it has none.
    marker: &'t str,
    /// What follows, up to the next marker.
    text: &'t str,
    /// Where that begins in the file.
    offset: usize,
    stream: Stream,
    id: String,
}

impl Part<'_> {
    fn is_empty(&self) -> bool {
        self.stream.documents().next().is_none_or(crate::yaml::Document::is_empty)
    }
}

/// A file cut into documents.
struct Parts<'t> {
    parts: Vec<Part<'t>>,
}

impl<'t> Parts<'t> {
    fn of(text: &'t str, side: Side, identity: &dyn Identity) -> Result<Self, MergeError> {
        let syntax = |error| MergeError::Syntax { side, error: Box::new(error) };
        let whole = Stream::parse(SourceText::new(text)).map_err(syntax)?;
        if text.lines().any(|line| line.starts_with('%') || line.trim_end() == "...") {
            return Err(MergeError::Unusual(side));
        }
        let mut parts: Vec<Part<'t>> = Vec::new();
        let mut seen = HashMap::new();
        for (marker, body) in cut(text, &whole).ok_or(MergeError::Unusual(side))? {
            let content = text.get(body.clone()).unwrap_or_default();
            let stream = Stream::parse(SourceText::new(content)).map_err(syntax)?;
            let root = stream.documents().next().filter(|document| !document.is_empty());
            let named = root.and_then(|document| identity.document(document.root()));
            let name = named.unwrap_or_default();
            let alike = seen.entry(name.clone()).or_insert(0_usize);
            let id = format!("{name}#{alike}");
            *alike += 1;
            parts.push(Part {
                marker: text.get(marker).unwrap_or_default(),
                text: content,
                offset: body.start,
                stream,
                id,
            });
        }
        Ok(Self { parts })
    }
}

/// The ranges of markers and documents; `None` if a document shares the line of its marker.
fn cut(text: &str, stream: &Stream) -> Option<Vec<(Range<usize>, Range<usize>)>> {
    let mut markers: Vec<Range<usize>> = Vec::new();
    for document in stream.documents() {
        let start = document.span().start as usize;
        if !text.get(start..)?.starts_with("---") {
            markers.push(0..0);
            continue;
        }
        let line_end = text.get(start..)?.find('\n').map_or(text.len(), |at| start + at + 1);
        let behind = text.get(start + 3..line_end)?.trim();
        if !(behind.is_empty() || behind.starts_with('#')) {
            return None;
        }
        markers.push(start..line_end);
    }
    // What stands above the first marker goes with it; a file of comments alone is one document.
    match markers.first_mut() {
        Some(first) => first.start = 0,
        None => markers.push(0..0),
    }
    let ends = markers.iter().skip(1).map(|marker| marker.start).chain([text.len()]);
    Some(markers.iter().zip(ends).map(|(marker, end)| (marker.clone(), marker.end..end)).collect())
}

struct Documents<'p, 't> {
    base: &'p Parts<'t>,
    ours: &'p Parts<'t>,
    theirs: &'p Parts<'t>,
}

impl Documents<'_, '_> {
    fn merge(&self, merger: &mut Merger<'_>) -> String {
        let ids = [self.base, self.ours, self.theirs]
            .map(|side| side.parts.iter().map(|part| part.id.clone()).collect::<Vec<_>>());
        let ours = renamed(self.base, self.ours, &ids[0], &ids[1]);
        let theirs = renamed(self.base, self.theirs, &ids[0], &ids[2]);
        let [base, ..] = ids;
        let ids = [base, ours, theirs];
        let places = ids.each_ref().map(|ids| places(ids));
        let mut merged: Vec<(&String, (String, String))> = Vec::new();
        for id in each_once(&ids) {
            let base = places[0].get(id).and_then(|&at| self.base.parts.get(at));
            let mine = places[1].get(id).and_then(|&at| self.ours.parts.get(at));
            let wanted = places[2].get(id).and_then(|&at| self.theirs.parts.get(at));
            if let Some(text) = document(merger, base, mine, wanted) {
                let marker = mine.or(wanted).map_or("", |part| part.marker);
                merged.push((id, (marker.to_owned(), text)));
            }
        }
        let mut text = String::new();
        for (index, (marker, document)) in in_order(&ids, merged).into_iter().enumerate() {
            if !text.is_empty() && !text.ends_with('\n') {
                text.push('\n');
            }
            text.push_str(if marker.is_empty() && index > 0 { "---\n" } else { &marker });
            text.push_str(&document);
        }
        text
    }
}

/// The ids of a side, with those of the base for documents that only changed their name.
fn renamed(base: &Parts<'_>, side: &Parts<'_>, base_ids: &[String], ids: &[String]) -> Vec<String> {
    let mut names = ids.to_vec();
    for (was, id) in base.parts.iter().zip(base_ids).filter(|(_, id)| !ids.contains(id)) {
        let likeness = |at: usize| similar::TextDiff::from_lines(was.text, side.parts[at].text).ratio();
        let free = (0..side.parts.len()).filter(|&at| !base_ids.contains(&names[at]));
        let best = free.map(|at| (likeness(at), at)).max_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((_, at)) = best.filter(|(likeness, _)| *likeness >= RENAMED) {
            names[at].clone_from(id);
        }
    }
    names
}

/// The share of equal lines above which a document is the same under another name.
const RENAMED: f32 = 0.6;

/// Merges what may be missing on any side; `None` if it is gone.
fn document(
    merger: &mut Merger<'_>,
    base: Option<&Part<'_>>,
    ours: Option<&Part<'_>>,
    theirs: Option<&Part<'_>>,
) -> Option<String> {
    let same = |a: &Part<'_>, b: &Part<'_>| {
        let roots = (a.stream.documents().next(), b.stream.documents().next());
        matches!(roots, (Some(a), Some(b)) if super::intended::same(a.root(), b.root()))
    };
    let kept = |part: &Part<'_>| part.text.to_owned();
    let kind = match (base, ours, theirs) {
        (_, None, None) => return None,
        (None, Some(only), None) | (None, None, Some(only)) => return Some(kept(only)),
        (Some(base), Some(ours), None) if same(base, ours) && no_own_comments(base, ours) => return None,
        (Some(base), None, Some(theirs)) if same(base, theirs) => return None,
        (Some(_), Some(_), None) => ConflictKind::RemovedByThem,
        (Some(_), None, Some(_)) => ConflictKind::RemovedByUs,
        (_, Some(ours), Some(theirs)) => match merged(merger, base, ours, theirs) {
            Ok(text) => return Some(text),
            Err(kind) => kind,
        },
    };
    let excerpt = |part: Option<&Part<'_>>| {
        let part = part?;
        Some(Excerpt { text: part.text.to_owned(), span: Span::new(part.offset, part.offset + part.text.len()) })
    };
    let path = if merger.path.is_empty() {
        "/".to_owned()
    } else {
        merger.path.iter().map(|step| format!("/{step}")).collect()
    };
    merger.conflicts.push(Conflict { kind, path, base: excerpt(base), ours: excerpt(ours), theirs: excerpt(theirs) });
    if merger.options.favour == Favour::Theirs { theirs.map(kept) } else { ours.map(kept) }
}

fn no_own_comments(base: &Part<'_>, ours: &Part<'_>) -> bool {
    let comments = |part: &Part<'_>| {
        part.stream
            .comments()
            .iter()
            .map(|&span| part.stream.text().slice(span).trim_end().to_owned())
            .collect::<Vec<_>>()
    };
    let known = comments(base);
    comments(ours).iter().all(|comment| known.contains(comment))
}

/// Merges documents that both sides have; fails with the kind of the conflict over the whole.
fn merged(
    merger: &mut Merger<'_>,
    base: Option<&Part<'_>>,
    ours: &Part<'_>,
    theirs: &Part<'_>,
) -> Result<String, ConflictKind> {
    if base.is_some_and(|base| base.text == theirs.text) || ours.text == theirs.text {
        return Ok(ours.text.to_owned());
    }
    if base.is_some_and(|base| base.text == ours.text) {
        return Ok(theirs.text.to_owned());
    }
    let nothing = Stream::parse(SourceText::new("{}")).map_err(|_| ConflictKind::Added)?;
    if ours.is_empty() || theirs.is_empty() || base.is_some_and(Part::is_empty) {
        return Err(if base.is_some() { ConflictKind::Changed } else { ConflictKind::Added });
    }
    let before = merger.conflicts.len();
    merger.offsets = [base.map_or(0, |base| base.offset), ours.offset, theirs.offset];
    let merged = merger.document(base.map_or(&nothing, |base| &base.stream), &ours.stream, &theirs.stream);
    if merged.is_none() {
        merger.conflicts.truncate(before);
    }
    merged.ok_or(ConflictKind::Unusual)
}

/// The documents of a file, each with what identifies it; a document without an identity is left unnamed. `None` for texts that cannot be cut.
pub(super) fn split(text: &str, identity: &dyn Identity) -> Option<Vec<(Option<String>, String)>> {
    let parts = Parts::of(text, Side::Ours, identity).ok()?;
    let named = |part: Part<'_>| {
        let name = part.id.strip_suffix("#0").filter(|name| !name.is_empty()).map(str::to_owned);
        (name, part.text.to_owned())
    };
    Some(parts.parts.into_iter().map(named).collect())
}

/// The file of some documents.
pub(super) fn join(documents: &[String]) -> String {
    let mut text = String::new();
    for document in documents {
        if !text.is_empty() {
            text.push_str(if text.ends_with('\n') { "---\n" } else { "\n---\n" });
        }
        text.push_str(document);
    }
    text
}

/// Whether two texts hold the same documents with the same comments.
pub(super) fn same(left: &str, right: &str) -> bool {
    let parse = |text: &str| Stream::parse(SourceText::new(text)).ok();
    let (Some(left), Some(right)) = (parse(left), parse(right)) else { return false };
    let comments = |stream: &Stream| {
        stream.comments().iter().map(|&span| stream.text().slice(span).trim_end().to_owned()).collect::<Vec<_>>()
    };
    left.documents().len() == right.documents().len()
        && left.documents().zip(right.documents()).all(|(left, right)| super::intended::same(left.root(), right.root()))
        && comments(&left) == comments(&right)
}
