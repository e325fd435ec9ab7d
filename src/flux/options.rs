//! Which Flux is meant: behaviour changed between versions.
//!
//! Must not know what depends on it, beyond the list of changes here.

use std::{fmt, str::FromStr};

use crate::config;

/// A version of Flux.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FluxVersion {
    /// 2 for every Flux with these kinds.
    pub major: u32,
    /// The number in the middle, with which behaviour changes.
    pub minor: u32,
}

impl From<&config::Version> for FluxVersion {
    /// A version as the configuration writes it, whose third number changes nothing here.
    fn from(version: &config::Version) -> Self {
        match version.0.as_slice() {
            [major, minor, ..] => Self { major: *major, minor: *minor },
            _ => Self::NEWEST,
        }
    }
}

impl FluxVersion {
    /// The newest version whose behaviour is known here.
    pub const NEWEST: Self = Self { major: 2, minor: 9 };

    /// Whether a variable that is not set is an error by default: since 2.9, with kustomize-controller 1.9.
    pub fn is_strict(self) -> bool {
        self >= Self::NEWEST
    }

    /// Whether `substituteStrategy` is known: since 2.9.
    pub fn knows_strategy(self) -> bool {
        self >= Self::NEWEST
    }

    /// Whether an image keeps what a Flux Kustomization does not override: since kustomize-controller 1.9.4, in 2.9.
    pub fn keeps_images(self) -> bool {
        self >= Self::NEWEST
    }

    /// Whether `literal` is known in `valuesFrom`: since helm-controller 1.6, in 2.9.
    pub fn knows_literal(self) -> bool {
        self >= Self::NEWEST
    }

    /// Whether post renderers change hooks, too: since helm-controller 1.6, in 2.9.
    pub fn renders_hooks(self) -> bool {
        self >= Self::NEWEST
    }
}

impl Default for FluxVersion {
    fn default() -> Self {
        Self::NEWEST
    }
}

impl fmt::Display for FluxVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// A text that is no version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no version of Flux; write one like 2.9")]
pub struct NoVersion(String);

impl FromStr for FluxVersion {
    type Err = NoVersion;

    fn from_str(text: &str) -> Result<Self, NoVersion> {
        let mut parts = text.strip_prefix('v').unwrap_or(text).split('.');
        let mut number = || parts.next()?.parse().ok();
        match (number(), number()) {
            (Some(major), Some(minor)) => Ok(Self { major, minor }),
            _ => Err(NoVersion(text.to_owned())),
        }
    }
}

/// How Flux's controllers are set up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FluxOptions {
    /// The version.
    pub version: FluxVersion,
    /// Whether a variable that is not set is an error; by default the version decides. The gate is `StrictPostBuildSubstitutions`.
    pub strict: Option<bool>,
}

impl FluxOptions {
    /// Whether a variable that is not set is an error.
    pub fn is_strict(&self) -> bool {
        self.strict.unwrap_or_else(|| self.version.is_strict())
    }
}
