//! Rules on secrets: where they come from, and where they must not stand.

pub mod data_from_ambiguous;
pub mod double_base64;
pub mod duplicate_secret_key;
pub mod entry_unused;
mod external_secret;
pub mod external_secret_twice;
pub mod invalid_duration;
pub mod key_in_both;
pub mod key_missing;
pub mod nobody_makes;
pub mod not_base64;
pub mod nothing_read;
pub mod plaintext;
pub mod policies_conflict;
pub mod pull_secret_type;
pub mod reference_missing;
pub mod refresh_too_often;
pub mod store_missing;
pub mod store_not_serving;
pub mod template_invalid;
pub mod template_name_missing;
pub mod trailing_newline;
pub mod type_keys_missing;
pub mod type_unknown;
pub mod written_and_made;
