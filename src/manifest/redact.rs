//! Which bytes of a file no output may show.
//!
//! Works on lines, because files that are no valid YAML are shown, too, and in doubt hides. Must not know which finding is drawn, nor how.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use crate::{
    manifest::sensitive::{is_hidden, is_hidden_key, is_placeholder},
    text::Span,
};

/// A setting in one line, as YAML, JSON, a flow mapping, a properties file or a command line writes it.
static SETTING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"["']?(?<key>[A-Za-z0-9_.\-]+)["']?\s*[:=]\s*(?<value>"(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s,}\]"'{\[][^\s,}\]"']*)"#).ok()
});

/// The data of a Secret in a flow mapping.
static FLOW_DATA: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"\b(?:data|stringData)["']?\s*:\s*(?<value>\{.+)"#).ok());

/// An option of a program and what follows it, on a command line or in a list.
static OPTION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?:^|[\s"'\[,])--?(?<key>[A-Za-z][A-Za-z0-9_.\-]*)["']?(?:\s+|\s*,\s*)["']?(?<value>[^\s"',\[\]\-][^\s"',\]]*)"#).ok()
});

/// What is a secret by its own shape: credentials in web addresses, tokens of well-known services and of headers, addresses that nobody else may know.
///
/// Tokens are ASCII, and saying so (`(?-u:…)`) makes patterns that are compiled at once.
static SHAPES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    const SHAPES: [&str; 5] = [
        r"://[^/\s:@]*:(?<value>[^@\s/]+)@",
        r"://(?<value>[A-Za-z0-9_\-]{16,})@",
        r"(?i)(?-u:\b)(?:bearer|basic|token)\s+(?<value>[A-Za-z+/_.~\-]*[0-9][A-Za-z0-9+/_.=~\-]{12,})",
        r"(?-u:\b(?<value>gh[oprsu]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w\-]{16,}|xox[abeprs]-[\w\-]{10,}|AKIA[0-9A-Z]{16}|hv[bs]\.[\w\-]{20,}|AGE-SECRET-KEY-1\w+|eyJ[\w\-]{8,}\.eyJ[\w\-]{8,}\.[\w\-]+))",
        r"(?-u:\b(?:hooks\.slack\.com/services|discord(?:app)?\.com/api/webhooks)/(?<value>[\w/\-]+))",
    ];
    SHAPES.iter().filter_map(|shape| Regex::new(shape).ok()).collect()
});

/// A key at the start of a line, behind dashes.
static KEY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"^(?<before>[\s\-]*)["']?(?<key>[^\s"'#:{}\[\],&*!|>%@`][^:#"']*?)["']?\s*:(?:\s+(?<value>.*?))?\s*$"#)
        .ok()
});

/// The spans of all secrets that a text shows, sorted.
pub fn secrets(text: &str) -> Vec<Span> {
    let mut hidden = Vec::new();
    let mut start = 0;
    for document in documents(text) {
        let mut lines =
            Lines { start, below: None, named: None, block: None, in_key: false, option: false, hidden: &mut hidden };
        let holds_secret = document.lines().any(is_kind_secret);
        for line in document.split_inclusive('\n') {
            lines.line(line.trim_end_matches(['\n', '\r']), holds_secret);
            lines.start += line.len();
        }
        start += document.len();
    }
    hidden.retain(|span| !span.is_empty());
    hidden.sort();
    hidden
}

fn is_kind_secret(line: &str) -> bool {
    let line = line.trim_start_matches(['-', ' ', '{']);
    line.split_once(':').is_some_and(|(key, value)| {
        let value = value.split(['#', ',', '}']).next().unwrap_or_default();
        unquoted(key) == "kind" && matches!(unquoted(value), "Secret" | "List" | "SecretList")
    })
}

fn documents(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest.find("\n---").map_or(rest.len(), |at| at + 1);
        let (document, after) = rest.split_at(end);
        rest = after;
        Some(document)
    })
}

/// What earlier lines say about the next ones.
struct Lines<'h> {
    /// The offset of the line.
    start: usize,
    /// Below a secret key at this column: everything deeper is its value. With `true`, only lines that are no settings are.
    below: Option<(usize, bool)>,
    /// The column of a `name` or `path` that names a secret, whose `value` is yet to come.
    named: Option<usize>,
    /// The column of `data`, `stringData` or `secretGenerator`: everything deeper is a value of a Secret.
    block: Option<usize>,
    /// Between the first and the last line of a private key.
    in_key: bool,
    /// Behind an item of a list that is an option for a secret.
    option: bool,
    hidden: &'h mut Vec<Span>,
}

impl Lines<'_> {
    fn line(&mut self, line: &str, holds_secret: bool) {
        let content = line.trim_start().trim_start_matches("- ").trim_start();
        let column = line.len() - content.len();
        if content.is_empty() {
            return;
        }
        self.private_key(line);
        self.settings(line);
        for pattern in SHAPES.iter().chain(FLOW_DATA.as_ref().filter(|_| holds_secret)) {
            for value in pattern.captures_iter(line).filter_map(|found| found.name("value")) {
                self.hide(value.range());
            }
        }
        self.leave(line.len() - line.trim_start().len(), column, content);
        let setting = KEY.as_ref().and_then(|pattern| pattern.captures(line));
        let is_setting = setting.is_some();
        if self.below.is_some_and(|(_, loose)| !loose || !is_setting) {
            self.hide(column..line.len());
            return;
        }
        let Some(found) = setting else {
            // An item such as `- TOKEN=…` of a generator.
            if self.block.is_some()
                && let Some(at) = content.find('=')
            {
                self.hide(column + at + 1..line.len());
            }
            return;
        };
        let key = found.name("key").map_or("", |key| key.as_str());
        let value = found.name("value").map_or(line.len()..line.len(), |value| value.range());
        self.setting(line, column, key, value, holds_secret);
    }

    /// Hides what stands behind secret keys and options anywhere in the line, or behind an option in the line before.
    fn settings(&mut self, line: &str) {
        let item = line.trim_start().strip_prefix("- ");
        let is_option = |item: &str| unquoted(item).starts_with('-');
        if let Some(item) = item.filter(|item| self.option && !is_option(item)) {
            self.hide(line.len() - item.len()..line.len());
        }
        self.option = item.is_some_and(|item| is_option(item) && is_hidden_key(unquoted(item).trim_start_matches('-')));
        let options = OPTION.as_ref().into_iter().flat_map(|pattern| pattern.captures_iter(line));
        for (key, value) in options.filter_map(|found| found.name("key").zip(found.name("value"))) {
            if is_hidden_key(key.as_str()) && !is_placeholder(value.as_str()) {
                self.hide(value.range());
            }
        }
        let mut at = 0;
        while let Some(found) = SETTING.as_ref().and_then(|pattern| pattern.captures_at(line, at)) {
            let (Some(key), Some(value)) = (found.name("key"), found.name("value")) else { return };
            // The credentials of a registry, as Docker's configuration has them.
            let is_login = key.as_str() == "auth" && line[..key.start()].ends_with('"');
            if is_login || is_hidden(key.as_str(), unquoted(value.as_str())) {
                self.hide(value.range());
                at = value.end();
            } else if is_stand_in(unquoted(value.as_str())) {
                at = value.end();
            } else {
                // The value may hold settings itself.
                at = value.start();
            }
        }
    }

    fn setting(&mut self, line: &str, column: usize, key: &str, value: Range<usize>, holds_secret: bool) {
        let text = unquoted(&line[value.clone()]);
        let is_value = key == "value" && self.named.is_some_and(|named| named == column);
        let in_secret =
            self.block.is_some() && !matches!(key, "name" | "namespace" | "type" | "files" | "envs" | "literals");
        if is_value || in_secret || is_hidden(key, text) || is_hidden_key(key) && text.is_empty() {
            if !is_placeholder(text) {
                self.hide(value);
            }
            self.below = Some((column, text.is_empty()));
        } else if key == "secretGenerator" || holds_secret && matches!(key, "data" | "stringData") {
            self.block = Some(column);
        }
        if matches!(key, "name" | "path") {
            // Only Secrets have `stringData`.
            let is_secret = is_hidden_key(text.rsplit('/').next().unwrap_or(text)) || text.starts_with("/stringData/");
            self.named = (is_secret || key == "name" && is_no_name(text)).then_some(column);
        }
    }

    /// Forgets what ends before this line.
    fn leave(&mut self, indentation: usize, column: usize, content: &str) {
        let is_item = column > indentation;
        // The items of a list may stand in the column of its key.
        let ends = |at: usize| indentation < at || indentation == at && !is_item || content.starts_with("---");
        self.below = self.below.filter(|(at, _)| !ends(*at));
        self.block = self.block.filter(|at| !ends(*at));
        self.named = self.named.filter(|at| *at == column || column > *at).filter(|at| !(is_item && *at == column));
    }

    fn private_key(&mut self, line: &str) {
        let begins = line.find("-----BEGIN ").filter(|_| line.contains("PRIVATE KEY"));
        let from = begins.or_else(|| self.in_key.then_some(line.len() - line.trim_start().len()));
        if let Some(from) = from {
            self.hide(from..line.len());
        }
        self.in_key = (self.in_key || begins.is_some()) && !line.contains("-----END ");
    }

    fn hide(&mut self, range: Range<usize>) {
        self.hidden.push(Span::new(self.start + range.start, self.start + range.end));
    }
}

/// Whether a text is just what stands in rendered values for one of a Secret: `<auth.password:from-secret>`. Anything more beside the path may be a secret.
fn is_stand_in(text: &str) -> bool {
    let path = text.strip_prefix('<').and_then(|text| text.strip_suffix(":from-secret>"));
    path.is_some_and(|path| path.chars().all(|c| c.is_ascii_alphanumeric() || "._-[]".contains(c)))
}

/// Whether a text cannot be the name of anything, so that it does not tell whether the value beside it is a secret.
fn is_no_name(text: &str) -> bool {
    let text = text.trim_end_matches(',');
    text.starts_with(['[', '{']) || text.parse::<f64>().is_ok() || matches!(text, "" | "true" | "false" | "null" | "~")
}

fn unquoted(text: &str) -> &str {
    text.trim().trim_matches(['"', '\''])
}

/// A text with its secrets masked. Each character of a secret is drawn as a dot, so columns stay; byte offsets do not.
#[derive(Debug)]
pub struct Masked {
    /// The text to draw.
    pub text: String,
    /// For each run of dots: where it ends in the original, and how many bytes the text has grown up to there.
    runs: Vec<(Span, usize)>,
}

/// Masks spans, which must be sorted; of those that overlap, the rest of the later one.
pub fn mask(text: &str, spans: &[Span]) -> Masked {
    let mut masked = Masked { text: String::with_capacity(text.len()), runs: Vec::new() };
    let mut done = 0;
    for span in spans {
        let range = done.max(span.start as usize)..span.end as usize;
        let (Some(before), Some(secret)) = (text.get(done..range.start), text.get(range.clone())) else { continue };
        masked.text.push_str(before);
        masked.text.extend(secret.chars().map(|c| if c.is_whitespace() { c } else { '•' }));
        done = range.end;
        masked.runs.push((Span::new(range.start, range.end), masked.text.len()));
    }
    masked.text.push_str(text.get(done..).unwrap_or_default());
    masked
}

impl Masked {
    /// Where a byte offset of the original lies in the masked text. `original` is the text that was masked.
    pub fn offset(&self, original: &str, offset: usize) -> usize {
        let index = self.runs.partition_point(|(span, _)| (span.end as usize) <= offset);
        let (done, grown) =
            index.checked_sub(1).map_or((0, 0), |last| (self.runs[last].0.end as usize, self.runs[last].1));
        match self.runs.get(index) {
            Some((span, _)) if (span.start as usize) < offset => {
                let start = grown + (span.start as usize - done);
                let inside = original.get(span.start as usize..offset).unwrap_or_default();
                start
                    + inside
                        .chars()
                        .map(|c| if c.is_whitespace() { c.len_utf8() } else { '•'.len_utf8() })
                        .sum::<usize>()
            }
            _ => grown + (offset - done),
        }
    }
}
