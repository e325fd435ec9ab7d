//! Findings for people: the source lines, labelled, with help. The only file that knows miette.
//!
//! miette draws the frames; what stands around them is written here, so that a finding with places in several files reads from top to bottom. Must not decide
//! about colour: the caller does.

use std::{cell::RefCell, collections::BTreeMap, fmt};

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan,
    SpanContents, ThemeStyles,
};

use super::{Texts, excerpt::Excerpt};
use crate::{
    diagnostic::{Diagnostic, Label, Safety, Severity},
    manifest::redact,
    path::RepoPath,
    text::{Position, Span, visible, visible_lines},
};

/// How findings are drawn.
#[derive(Clone, Copy, Debug)]
pub struct TextOptions {
    /// Whether colours may be used.
    pub colour: bool,
    /// The number of columns.
    pub width: usize,
}

/// Writes findings with their source lines.
pub fn text(findings: &[Diagnostic], texts: &Texts<'_>, options: TextOptions) -> String {
    let drawing = Drawing { texts, options, secrets: RefCell::default() };
    findings.iter().map(|finding| drawing.finding(finding)).collect()
}

struct Drawing<'d> {
    texts: &'d Texts<'d>,
    options: TextOptions,
    /// The secrets in each file that was drawn, because a file is often drawn again.
    secrets: RefCell<BTreeMap<RepoPath, Vec<Span>>>,
}

impl Drawing<'_> {
    fn finding(&self, finding: &Diagnostic) -> String {
        let title = format!("{}[{}]", finding.severity.as_str(), finding.rule);
        let mut out = format!(
            "{}: {}\n",
            self.painted(level_colour(finding.severity), &title),
            self.painted(BOLD, &visible_lines(&finding.message))
        );
        let frames = by_file(finding).into_iter().map(|(path, labels)| self.frame(finding, path, &labels));
        out.push_str(&aligned(&frames.collect::<Vec<_>>()));
        if let Some(help) = &finding.help {
            out.push_str(&self.note("help", &visible_lines(help)));
        }
        if let Some(fix) = &finding.fix {
            let option = if fix.safety == Safety::Safe { "--fix" } else { "--unsafe-fixes" };
            out.push_str(&self.note("fix", &format!("{} ({option})", visible(&fix.title))));
        }
        out.push('\n');
        out
    }

    /// A word and what it introduces, on as many lines as the width asks for.
    fn note(&self, word: &str, text: &str) -> String {
        let indentation = "  ".len() + word.len() + ": ".len();
        let lines: Vec<String> =
            text.lines().flat_map(|line| wrapped(line, self.options.width.saturating_sub(indentation))).collect();
        format!("  {}: {}\n", self.painted(CYAN, word), lines.join(&format!("\n{:indentation$}", "")))
    }

    /// The lines of one file with their labels; only the path, if the labels mean the file as a whole or its text is not to be had.
    fn frame(&self, finding: &Diagnostic, path: &RepoPath, labels: &[&Label]) -> String {
        let whole = labels.iter().all(|label| label.span.is_empty() && label.span.start == 0);
        let text = (self.texts)(path).filter(|text| !whole && !text.as_str().is_empty());
        let Some(text) = text else { return plain_frame(path, labels) };
        let secrets = self.secrets(path, text.as_str(), labels);
        let spans: Vec<Span> = labels.iter().map(|label| label.span).collect();
        let excerpt = Excerpt::new(visible(path.as_str()).into_owned(), &text, &spans, &secrets);
        let drawn_labels = labels.iter().enumerate().map(|(index, label)| {
            let message = Some(visible(&label.message).into_owned()).filter(|message| !message.is_empty());
            let place = excerpt.locate(&text, label.span);
            let span = SourceSpan::new(place.start.into(), place.len());
            if index == 0 {
                LabeledSpan::new_primary_with_span(message, span)
            } else {
                LabeledSpan::new_with_span(message, span)
            }
        });
        let labelled = drawn_labels.collect();
        let report = Frame { source: excerpt, labels: labelled };
        let mut drawn = String::new();
        if self.handler(finding, labels).render_report(&mut drawn, &report).is_err() {
            return plain_frame(path, labels);
        }
        // What stands above the frame is miette's heading for a message that is written already.
        let start = drawn.lines().position(|line| line.contains("╭─")).unwrap_or_default();
        let lines = drawn.lines().skip(start).enumerate();
        // miette counts columns in bytes, and of the masked text.
        let place = labels.first().map(|label| text.position(label.span.start));
        let line = |(index, line): (usize, &str)| match place.filter(|_| index == 0) {
            Some(place) => with_place(line, path, place),
            None => line.trim_end().to_owned(),
        };
        lines.map(|each| line(each) + "\n").collect()
    }

    /// What draws a frame: the primary label in the colour of the level, the others in another.
    fn handler(&self, finding: &Diagnostic, labels: &[&Label]) -> GraphicalReportHandler {
        let mut theme = if self.options.colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        if self.options.colour {
            let styles = ThemeStyles::ansi();
            let primary = match finding.severity {
                Severity::Error => styles.error,
                Severity::Warning => styles.warning,
                Severity::Info => styles.advice,
            };
            // miette takes the styles in the order in which labels begin.
            let mut sorted = labels.to_vec();
            sorted.sort_by_key(|label| label.span);
            let style = |label: &&Label| if **label == finding.primary { primary } else { styles.advice };
            theme.styles.highlights = sorted.iter().map(style).collect();
        }
        GraphicalReportHandler::new_themed(theme)
            .with_width(self.options.width)
            .with_context_lines(1)
            .without_cause_chain()
            .with_links(false)
    }

    /// The secrets of a file: those that labels stand on, and those that would be drawn by chance.
    fn secrets(&self, path: &RepoPath, text: &str, labels: &[&Label]) -> Vec<Span> {
        let mut cache = self.secrets.borrow_mut();
        let mut spans = cache.entry(path.clone()).or_insert_with(|| redact::secrets(text)).clone();
        spans.extend(labels.iter().filter(|label| label.redact).map(|label| label.span));
        spans.sort();
        spans
    }

    fn painted(&self, colour: &str, text: &str) -> String {
        if self.options.colour { format!("\u{1b}[{colour}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

const BOLD: &str = "1";
const CYAN: &str = "36";

fn level_colour(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "1;31",
        Severity::Warning => "1;33",
        Severity::Info => "1;34",
    }
}

/// Frames below each other, all as wide on the left as the one with the longest line numbers.
fn aligned(frames: &[String]) -> String {
    let corner = |frame: &str| frame.find('╭').unwrap_or_default();
    let widest = frames.iter().map(|frame| corner(frame)).max().unwrap_or_default();
    let lines = frames.iter().flat_map(|frame| {
        let missing = widest - corner(frame);
        frame.lines().map(move |line| format!("{:missing$}{line}\n", ""))
    });
    lines.collect()
}

/// Breaks a line between words; a word that is too long stands alone.
fn wrapped(line: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in line.split(' ') {
        match lines.last_mut() {
            Some(last) if last.chars().count() + 1 + word.chars().count() <= width => {
                last.push(' ');
                last.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The heading of a frame with another place behind its path.
fn with_place(line: &str, path: &RepoPath, place: Position) -> String {
    let name = format!("{}:", visible(path.as_str()));
    let Some(at) = line.find(&name).map(|at| at + name.len()) else { return line.trim_end().to_owned() };
    let rest = line[at..].trim_start_matches(|c: char| c.is_ascii_digit() || c == ':');
    format!("{}{}:{}{}", &line[..at], place.line, place.column, rest.trim_end())
}

fn plain_frame(path: &RepoPath, labels: &[&Label]) -> String {
    let notes: Vec<&str> = labels.iter().map(|label| label.message.as_str()).filter(|note| !note.is_empty()).collect();
    let note = if notes.is_empty() { String::new() } else { format!(": {}", notes.join(", ")) };
    format!("   ╭─[{}]{}\n   ╰────\n", visible(path.as_str()), visible(&note))
}

/// The labels of a finding by file: the primary label's file first, the others in the order of their labels.
fn by_file(finding: &Diagnostic) -> Vec<(&RepoPath, Vec<&Label>)> {
    let mut files: Vec<(&RepoPath, Vec<&Label>)> = Vec::new();
    for label in std::iter::once(&finding.primary).chain(&finding.secondary) {
        match files.iter_mut().find(|(path, _)| **path == label.path) {
            Some((_, labels)) => labels.push(label),
            None => files.push((&label.path, vec![label])),
        }
    }
    files
}

/// What miette needs to draw one frame.
#[derive(Debug)]
struct Frame {
    source: Excerpt,
    labels: Vec<LabeledSpan>,
}

impl fmt::Display for Frame {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Frame {}

impl miette::Diagnostic for Frame {
    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let part = self.part(&(span.offset()..span.offset() + span.len())).ok_or(MietteError::OutOfBounds)?;
        // Without context it is the place of a label that is asked for.
        let place = if lines_before == 0 { self.place(span.offset()) } else { None };
        let (line, column) = place.unwrap_or((part.line, 0));
        let lines = part.shown.bytes().filter(|&byte| byte == b'\n').count() + 1;
        let covered = SourceSpan::new(part.start.into(), part.shown.len());
        let (name, shown) = (self.name.clone(), part.shown.as_bytes());
        Ok(Box::new(MietteSpanContents::new_named(name, shown, covered, line, column, lines)))
    }
}
