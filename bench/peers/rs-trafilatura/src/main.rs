//! The worker for rs-trafilatura.
//!
//! In: on standard input, for each page, a line of JSON (length, url) and that
//! many bytes.  Out: for each page a line of JSON: seconds of CPU of this
//! process, and text or error.  The library gets the bytes and finds their
//! charset itself.  A panic is the page's result, not the end of the run; its
//! message is silenced, since the answer carries it.
use rs_trafilatura::{extract_bytes_with_options, Options};
use serde_json::{json, Value};
use std::io::{self, BufRead, Read, Write};
use std::panic::{self, AssertUnwindSafe};

fn cpu_seconds() -> f64 {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the call writes the one structure it is given.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}

fn answer(page: &[u8], url: Option<&str>) -> Value {
    let start = cpu_seconds();
    let options = Options {
        url: url.map(str::to_owned),
        ..Options::default()
    };
    let result = panic::catch_unwind(AssertUnwindSafe(|| {
        extract_bytes_with_options(page, &options)
    }));
    let seconds = cpu_seconds() - start;
    match result {
        Ok(Ok(found)) => json!({"seconds": seconds, "text": found.content_text}),
        Ok(Err(problem)) => json!({"seconds": seconds, "error": problem.to_string()}),
        Err(_) => json!({"seconds": seconds, "error": "panic"}),
    }
}

fn main() -> io::Result<()> {
    panic::set_hook(Box::new(|_| {}));
    let mut input = io::stdin().lock();
    let mut output = io::stdout().lock();
    let mut line = String::new();
    while input.read_line(&mut line)? > 0 {
        let facts: Value = serde_json::from_str(&line)?;
        let mut page = vec![0; facts["length"].as_u64().unwrap_or(0) as usize];
        input.read_exact(&mut page)?;
        writeln!(output, "{}", answer(&page, facts["url"].as_str()))?;
        output.flush()?;
        line.clear();
    }
    Ok(())
}
