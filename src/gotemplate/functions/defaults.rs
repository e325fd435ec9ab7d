//! Empty values and what stands in for them, and `fail`.

use super::{Group, at_least, between, exactly};
use crate::gotemplate::data::Data;

pub(super) const FUNCTIONS: Group = &[
    at_least("default", 1, |arguments| {
        let given = arguments.from(1).first().filter(|given| given.is_true());
        Ok(given.cloned().unwrap_or_else(|| arguments.any(0)))
    }),
    exactly("empty", 1, |arguments| Ok((!arguments.any(0).is_true()).into())),
    at_least("coalesce", 0, |arguments| {
        Ok(arguments.all().iter().find(|value| value.is_true()).cloned().unwrap_or(Data::Nil))
    }),
    at_least("all", 0, |arguments| Ok(arguments.all().iter().all(Data::is_true).into())),
    at_least("any", 0, |arguments| Ok(arguments.all().iter().any(Data::is_true).into())),
    between("ternary", 3, 3, |arguments| Ok(arguments.any(usize::from(!arguments.bool(2)?)))),
    exactly("fail", 1, |arguments| Err(arguments.string(0)?.to_string())),
];
