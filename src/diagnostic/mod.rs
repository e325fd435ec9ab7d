//! Findings: what is wrong, where, how to mend it.
//!
//! Owns the one shape in which every part of the program says that repository content is bad. Must not know how findings are shown, nor which rules
//! exist.

use std::borrow::Cow;

use crate::{change::ChangeSet, path::RepoPath, text::Span};

/// How bad a finding is. Ordered: an error is greater than a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Very likely wrong.
    Warning,
    /// Surely wrong.
    Error,
}

impl Severity {
    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// How far a fix can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Safety {
    /// Cannot change what the cluster sees, or repairs what could not work at all.
    Safe,
    /// Probably what was meant; a person should look.
    Unsafe,
}

/// A mend for one finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an instruction: "replace `v1beta1` by `v1`".
    pub title: String,
    /// How far it can be trusted.
    pub safety: Safety,
    /// The changes, all or nothing.
    pub changes: ChangeSet,
}

impl Fix {
    /// A fix that cannot change what the cluster sees, or repairs what could not work; `None` without changes.
    pub fn safe(title: impl Into<String>, changes: Option<ChangeSet>) -> Option<Self> {
        Some(Self { title: title.into(), safety: Safety::Safe, changes: changes? })
    }

    /// A fix that changes what the cluster sees, likely for the better; `None` without changes.
    pub fn likely(title: impl Into<String>, changes: Option<ChangeSet>) -> Option<Self> {
        Some(Self { title: title.into(), safety: Safety::Unsafe, changes: changes? })
    }
}

/// A place in a file with what is to be said about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// The file.
    pub path: RepoPath,
    /// The bytes meant; the empty span at 0 means the file as a whole.
    pub span: Span,
    /// Half a sentence that reads well below the underlined bytes; may be empty.
    pub message: String,
    /// Whether the bytes are a secret, which no output may show.
    pub redact: bool,
}

impl Label {
    /// Labels a span of a file.
    pub fn new(path: &RepoPath, span: Span, message: impl Into<String>) -> Self {
        Self { path: path.clone(), span, message: message.into(), redact: false }
    }

    /// Labels a file as a whole.
    pub fn file(path: &RepoPath, message: impl Into<String>) -> Self {
        Self::new(path, Span::at(0), message)
    }

    /// The same label, over bytes that no output may show.
    #[must_use]
    pub fn redacted(mut self) -> Self {
        self.redact = true;
        self
    }
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The id of the rule, `group/kebab-case`.
    pub rule: Cow<'static, str>,
    /// How bad it is.
    pub severity: Severity,
    /// One sentence without a final full stop, names in backticks.
    pub message: String,
    /// The place to look at first.
    pub primary: Label,
    /// Other places that belong to it, in other files too.
    pub secondary: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
    /// A change that mends it.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// Makes a finding at one place.
    pub fn new(
        rule: impl Into<Cow<'static, str>>,
        severity: Severity,
        message: impl Into<String>,
        primary: Label,
    ) -> Self {
        Self {
            rule: rule.into(),
            severity,
            message: message.into(),
            primary,
            secondary: Vec::new(),
            help: None,
            fix: None,
        }
    }

    /// Adds another place.
    #[must_use]
    pub fn with_label(mut self, label: Label) -> Self {
        self.secondary.push(label);
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a mend.
    #[must_use]
    pub fn with_fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// The key by which findings are put in total order: path, place, rule, message.
    pub fn sort_key(&self) -> (&RepoPath, Span, &str, &str) {
        (&self.primary.path, self.primary.span, &self.rule, &self.message)
    }
}
