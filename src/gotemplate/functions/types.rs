//! Types and kinds, by the names that Go has for them.

use super::{Group, deep_equal, exactly};
use crate::gotemplate::data::Data;

pub(super) const FUNCTIONS: Group = &[
    exactly("typeOf", 1, |arguments| Ok(arguments.any(0).type_name().into())),
    exactly("typeIs", 2, |arguments| Ok((arguments.string(0)? == arguments.any(1).type_name()).into())),
    exactly("typeIsLike", 2, |arguments| {
        let (wanted, found) = (arguments.string(0)?, arguments.any(1).type_name());
        Ok((wanted == found || found.strip_prefix('*') == Some(wanted.as_str())).into())
    }),
    exactly("kindOf", 1, |arguments| Ok(arguments.any(0).kind_name().into())),
    exactly("kindIs", 2, |arguments| Ok((arguments.string(0)? == arguments.any(1).kind_name()).into())),
    exactly("deepEqual", 2, |arguments| {
        let (a, b) = (arguments.any(0), arguments.any(1));
        deep_equal(&a, &b, arguments, 0).map(Data::Bool)
    }),
];
