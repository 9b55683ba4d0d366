use std::cell::RefCell;

use libdeflater::{CompressionLvl, Compressor, Decompressor};
use napi::{Error, Result};

const LEVEL_1: CompressionLvl = match CompressionLvl::new(1) { Ok(l) => l, Err(_) => panic!() };

thread_local! {
    /// One for each thread of the pool: its tables take longer to make than some members.
    static COMPRESSOR: RefCell<Compressor> = RefCell::new(Compressor::new(LEVEL_1));
    static DECOMPRESSOR: RefCell<Decompressor> = RefCell::new(Decompressor::new());
}

/// One gzip member of `bytes` at the start of `output`; answers its length.
pub fn compress(bytes: &[u8], output: &mut [u8]) -> Result<usize> {
    COMPRESSOR
        .with_borrow_mut(|compressor| compressor.gzip_compress(bytes, output))
        .map_err(|_| Error::from_reason("the output has no room for the member"))
}

/// Whether the member is whole and its bytes fill `output`.
pub fn expand(member: &[u8], output: &mut [u8]) -> bool {
    DECOMPRESSOR.with_borrow_mut(|decompressor| decompressor.gzip_decompress(member, output)) == Ok(output.len())
}
