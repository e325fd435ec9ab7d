//! What is wrong with a blueprint or with answers, with the texts that the places point into.
//!
//! Must not know how findings are shown; [`Problems`] prints one line each, for tests and logs.

use std::fmt;

use crate::{
    diagnostic::{Diagnostic, Label, Severity},
    path::RepoPath,
    text::{SourceText, Span},
};

/// Faults that belong together, in total order, and the files they point into (which need not be files of the repository).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    /// The faults.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts of the files named by the faults.
    pub sources: Vec<(RepoPath, SourceText)>,
}

impl Problems {
    /// No faults, and no texts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether nothing is refused; warnings may be there.
    pub fn is_fine(&self) -> bool {
        self.diagnostics.iter().all(|diagnostic| diagnostic.severity != Severity::Error)
    }

    /// Adds a fault.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Adds the text of a file that faults may point into.
    pub fn add_source(&mut self, path: &RepoPath, text: &SourceText) {
        if !self.sources.iter().any(|(known, _)| known == path) {
            self.sources.push((path.clone(), text.clone()));
        }
    }

    /// Takes in the faults of another set.
    pub fn extend(&mut self, other: Self) {
        self.diagnostics.extend(other.diagnostics);
        for (path, text) in &other.sources {
            self.add_source(path, text);
        }
    }

    /// Puts the faults in order, and drops those said twice.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.diagnostics.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        self.diagnostics.dedup();
        self
    }

    /// Gives the value if there is no error, else the faults.
    pub fn into_result<T>(self, value: Option<T>) -> Result<T, Self> {
        match value {
            Some(value) if self.is_fine() => Ok(value),
            _ => Err(self.sorted()),
        }
    }
}

impl std::error::Error for Problems {}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.diagnostics.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            let Diagnostic { primary, severity, message, .. } = diagnostic;
            write!(f, "{}: {}: {message}", self.place(primary), severity.as_str())?;
            for label in &diagnostic.secondary {
                write!(f, "\n  {}: {}", self.place(label), label.message)?;
            }
            if let Some(help) = &diagnostic.help {
                write!(f, "\n  help: {help}")?;
            }
        }
        Ok(())
    }
}

impl Problems {
    fn place(&self, label: &Label) -> String {
        let text = self.sources.iter().find(|(path, _)| *path == label.path).map(|(_, text)| text);
        match text {
            Some(text) if label.span != Span::at(0) => {
                let position = text.position(label.span.start);
                format!("{}:{}:{}", label.path, position.line, position.column)
            }
            _ => label.path.to_string(),
        }
    }
}
