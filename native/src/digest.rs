use sha2::{Digest, Sha256};

pub const LANES: usize = 8;
/// The length itself and the closing zero: the BSON specification's shortest document.
const SHORTEST_DOCUMENT: usize = 5;

/// Adds the hashes of all documents to `lanes` and answers how many there were; `None` when the bytes are not whole documents.
pub fn sum(lanes: &mut [u32], secret: &[u8], documents: &[u8]) -> Option<i64> {
    // Every hash begins with the secret: its state is made once.
    let keyed = Sha256::new_with_prefix(secret);
    let mut rest = documents;
    let mut count = 0;
    while !rest.is_empty() {
        let length = i32::from_le_bytes(rest.get(..4)?.try_into().ok()?);
        let length = usize::try_from(length).ok().filter(|length| *length >= SHORTEST_DOCUMENT)?;
        let document = rest.get(..length).filter(|document| document[length - 1] == 0)?;
        let hash = keyed.clone().chain_update(document).finalize();
        for (lane, bytes) in lanes.iter_mut().zip(hash.chunks_exact(4)) {
            *lane = lane.wrapping_add(u32::from_be_bytes(bytes.try_into().ok()?));
        }
        rest = &rest[length..];
        count += 1;
    }
    Some(count)
}
