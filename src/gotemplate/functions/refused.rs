//! Functions of sprig that are known and refused: they depend on more than their arguments.

use super::{Call, Group, at_least};

const ENVIRONMENT: Call =
    |_| Err("not supported: it sees the environment, which a controller does not hand to templates".to_owned());
const NETWORK: Call = |_| Err("not supported: it would ask the network".to_owned());
const TIME: Call = |_| Err("not supported: it gives another result at another time".to_owned());
const CHANCE: Call = |_| Err("not supported: it gives another result every time".to_owned());
const SECRETS: Call = |_| Err("not supported: it makes secrets, which is not done here".to_owned());

pub(super) const FUNCTIONS: Group = &[
    at_least("env", 0, ENVIRONMENT),
    at_least("expandenv", 0, ENVIRONMENT),
    at_least("getHostByName", 0, NETWORK),
    at_least("now", 0, TIME),
    at_least("ago", 0, TIME),
    at_least("randAlphaNum", 0, CHANCE),
    at_least("randAlpha", 0, CHANCE),
    at_least("randAscii", 0, CHANCE),
    at_least("randNumeric", 0, CHANCE),
    at_least("randInt", 0, CHANCE),
    at_least("randBytes", 0, CHANCE),
    at_least("shuffle", 0, CHANCE),
    at_least("uuidv4", 0, CHANCE),
    at_least("bcrypt", 0, CHANCE),
    at_least("htpasswd", 0, CHANCE),
    at_least("genPrivateKey", 0, CHANCE),
    at_least("buildCustomCert", 0, CHANCE),
    at_least("genCA", 0, CHANCE),
    at_least("genCAWithKey", 0, CHANCE),
    at_least("genSelfSignedCert", 0, CHANCE),
    at_least("genSelfSignedCertWithKey", 0, CHANCE),
    at_least("genSignedCert", 0, CHANCE),
    at_least("genSignedCertWithKey", 0, CHANCE),
    at_least("encryptAES", 0, CHANCE),
    at_least("derivePassword", 0, SECRETS),
    at_least("decryptAES", 0, SECRETS),
];
