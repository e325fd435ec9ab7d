//! Routes: the way from a document's root to a node, as `/spec/values/0`.
//!
//! Must not know spans. The spelling is that of JSON Pointer (RFC 6901): `~` is written `~0`, a slash in a key `~1`.

use std::{fmt, str::FromStr};

use smol_str::SmolStr;

use super::node::Node;

/// One step of a route.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// Into a mapping.
    Key(SmolStr),
    /// Into a list, from 0.
    Index(usize),
}

/// A way from a document's root to a node. The empty route is the root.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Route(Vec<Step>);

impl Route {
    /// The route to the root.
    pub fn root() -> Self {
        Self::default()
    }

    /// The route of a row of keys.
    pub fn of_keys(keys: &[&str]) -> Self {
        keys.iter().map(|key| Step::Key((*key).into())).collect()
    }

    /// This route and one step into a mapping.
    #[must_use]
    pub fn key(mut self, key: &str) -> Self {
        self.0.push(Step::Key(key.into()));
        self
    }

    /// This route and one step into a list.
    #[must_use]
    pub fn index(mut self, index: usize) -> Self {
        self.0.push(Step::Index(index));
        self
    }

    /// The steps from the root.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The route without its last step; `None` for the root.
    pub fn parent(&self) -> Option<Self> {
        let (_, rest) = self.0.split_last()?;
        Some(Self(rest.to_vec()))
    }

    /// The node at the end of the route, aliases and merge keys followed on the way; `None` if there is none. A step that is written as a number leads
    /// into a list by index and into a mapping by key.
    pub fn find<'s>(&self, root: Node<'s>) -> Option<Node<'s>> {
        self.0.iter().try_fold(root, |node, step| match step {
            Step::Key(key) if node.is_sequence() => node.items().nth(key.parse().ok()?),
            Step::Key(key) => node.get(key),
            Step::Index(index) if node.is_mapping() => node.get(&index.to_string()),
            Step::Index(index) => node.items().nth(*index),
        })
    }
}

impl FromIterator<Step> for Route {
    fn from_iter<T: IntoIterator<Item = Step>>(steps: T) -> Self {
        Self(steps.into_iter().collect())
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.0 {
            match step {
                Step::Key(key) => write!(f, "/{}", key.replace('~', "~0").replace('/', "~1"))?,
                Step::Index(index) => write!(f, "/{index}")?,
            }
        }
        Ok(())
    }
}

/// A text that is no route: it is not empty and does not start with a slash.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a route: a route starts with `/`")]
pub struct RouteError(String);

impl FromStr for Route {
    type Err = RouteError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Ok(Self::root());
        }
        let rest = text.strip_prefix('/').ok_or_else(|| RouteError(text.to_owned()))?;
        let step = |part: &str| match part.parse() {
            Ok(index) if part == "0" || !part.starts_with(['0', '+']) => Step::Index(index),
            _ => Step::Key(part.replace("~1", "/").replace("~0", "~").into()),
        };
        Ok(rest.split('/').map(step).collect())
    }
}
