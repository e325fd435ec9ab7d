//! Finding a cluster or a unit by what a person calls it.
//!
//! Must not know the command line.

use std::fmt;

use super::{Model, UnitId};
use crate::text::nearest;

/// Why a name leads to nothing, or to several things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SelectError {
    /// There is nothing of this name; perhaps one with a similar name was meant.
    Unknown {
        /// `cluster` or `unit`.
        what: &'static str,
        /// The name asked for.
        name: String,
        /// A name that is almost the same.
        near: Option<String>,
    },
    /// Several go by this name; these are the whole names, in order.
    Ambiguous {
        /// The name asked for.
        name: String,
        /// What it may mean.
        candidates: Vec<String>,
    },
}

impl std::error::Error for SelectError {}

impl fmt::Display for SelectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { what, name, near: None } => write!(f, "there is no {what} `{name}`"),
            Self::Unknown { what, name, near: Some(near) } => {
                write!(f, "there is no {what} `{name}`; did you mean `{near}`?")
            }
            Self::Ambiguous { name, candidates } => {
                write!(f, "`{name}` may be {}", candidates.join(" or "))
            }
        }
    }
}

impl Model {
    /// The cluster with this name or directory, as a place in the list.
    pub fn find_cluster(&self, name: &str) -> Result<usize, SelectError> {
        let path = name.trim_start_matches("./").trim_end_matches('/');
        let found = self.clusters.iter().position(|one| one.name == path);
        let found = found.or_else(|| self.clusters.iter().position(|one| one.directory.to_string() == path));
        found.ok_or_else(|| {
            let names = self.clusters.iter().map(|one| one.name.as_str());
            SelectError::Unknown {
                what: "cluster",
                name: name.to_owned(),
                near: nearest(path, names).map(str::to_owned),
            }
        })
    }

    /// The unit with this name, as a place in the list: `flux:flux-system/apps`, or the end of it behind a slash or colon, as long as no other unit ends so.
    /// With a cluster only its units count.
    pub fn find_unit(&self, name: &str, cluster: Option<usize>) -> Result<usize, SelectError> {
        let all = || {
            let units = self.units.iter().enumerate();
            units
                .filter(move |(_, unit)| cluster.is_none() || unit.cluster == cluster)
                .map(|(index, unit)| (index, &unit.id))
        };
        let mut found: Vec<usize> = all().filter(|(_, id)| id.to_string() == name).map(|(index, _)| index).collect();
        if found.is_empty() {
            found = all().filter(|(_, id)| ends_with(id, name)).map(|(index, _)| index).collect();
        }
        match found.as_slice() {
            [only] => Ok(*only),
            [] => {
                let names: Vec<String> = all().map(|(_, id)| id.to_string()).collect();
                let short = |id: &str| id.rsplit(['/', ':']).next().unwrap_or_default().to_owned();
                let near = nearest(name, names.iter().map(String::as_str)).map(str::to_owned);
                let near = near.or_else(|| {
                    let shorts: Vec<String> = names.iter().map(|id| short(id)).collect();
                    let near = nearest(&short(name), shorts.iter().map(String::as_str))?;
                    names.iter().find(|id| short(id) == near).cloned()
                });
                Err(SelectError::Unknown { what: "unit", name: name.to_owned(), near })
            }
            several => Err(SelectError::Ambiguous {
                name: name.to_owned(),
                candidates: several.iter().filter_map(|&index| self.whole_name(index)).collect(),
            }),
        }
    }

    /// The name of a unit together with that of its cluster.
    fn whole_name(&self, unit: usize) -> Option<String> {
        let unit = self.units.get(unit)?;
        let cluster = unit.cluster.and_then(|cluster| self.clusters.get(cluster));
        Some(
            cluster.map_or_else(
                || format!("`{}`", unit.id),
                |cluster| format!("`{}` of cluster `{}`", unit.id, cluster.name),
            ),
        )
    }
}

/// Whether a name is the last part of a unit's, with or without the kind in front.
fn ends_with(id: &UnitId, wanted: &str) -> bool {
    let (kind, namespace, name) = match id {
        UnitId::Flux(namespace, name) => ("flux", namespace, name),
        UnitId::Argo(namespace, name) => ("argo", namespace, name),
        UnitId::ResourceSet(namespace, name) => ("resourceset", namespace, name),
        UnitId::Directory(_) | UnitId::Files(_) => return false,
    };
    let rest = match wanted.split_once(':') {
        Some((wanted, rest)) if wanted == kind => rest,
        Some(_) => return false,
        None => wanted,
    };
    match rest.split_once('/') {
        Some((wanted, rest)) => wanted == namespace && rest == name,
        None => rest == name,
    }
}
