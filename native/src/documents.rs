/// The length itself and the closing zero: the BSON specification's shortest document.
const SHORTEST: usize = 5;
const ID_NAME: &[u8] = b"_id\0";

/// The whole document at the start of the bytes; `None` where there is none.
pub fn first(bytes: &[u8]) -> Option<&[u8]> {
    let length = int32(bytes, 0).filter(|length| *length >= SHORTEST)?;
    bytes.get(..length).filter(|document| document[length - 1] == 0)
}

/// The value of `_id` where it is the first element, as nearly always, and of a type whose length is plain.
pub fn leading_id(document: &[u8]) -> Option<&[u8]> {
    let kind = *document.get(4)?;
    let value = document.get(5..document.len() - 1)?.strip_prefix(ID_NAME)?;
    let length = match kind {
        1 | 9 | 17 | 18 => 8,
        2 => 4 + int32(value, 0).filter(|length| *length >= 1)?,
        5 => 5 + int32(value, 0)?,
        7 => 12,
        8 => 1,
        16 => 4,
        _ => return None,
    };
    let value = value.get(..length)?;
    (kind != 2 || value[length - 1] == 0).then_some(value)
}

/// A length at `at`; negative ones are none.
fn int32(bytes: &[u8], at: usize) -> Option<usize> {
    i32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?).try_into().ok()
}
