//! Short keyed hashes that stand for secrets in output.
//!
//! Equal secrets have equal hashes, so a reader sees that one changed, or that two are the same. Without the key nobody can try out which secret a hash stands
//! for; with it, 30 bits tell little. Must not know where the key comes from.

use sha2::{Digest, Sha256};

/// The key of the hashes of one run.
#[derive(Clone)]
pub struct HashKey([u8; 32]);

/// The digits of a hash: no letters that are easily taken for others.
const DIGITS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";

/// So many digits of 5 bits are shown.
const LENGTH: usize = 6;

impl HashKey {
    /// A key made of anything that nobody can guess.
    pub fn new(secret: &[u8]) -> Self {
        Self(Sha256::digest(secret).into())
    }

    /// The hash of a secret.
    pub fn short(&self, secret: &str) -> String {
        // Hashed twice, each time behind the key, as HMAC does.
        let inner = Sha256::new().chain_update(b"inner").chain_update(self.0).chain_update(secret).finalize();
        let outer = Sha256::new().chain_update(b"outer").chain_update(self.0).chain_update(inner).finalize();
        let digit = |byte: &u8| DIGITS.get(usize::from(byte % 32)).map_or('a', |digit| char::from(*digit));
        outer.iter().take(LENGTH).map(digit).collect()
    }
}

impl std::fmt::Debug for HashKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HashKey")
    }
}
