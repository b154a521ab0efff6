# A crate with the build script of the README: what is wrong with its contracts is readable when `main` returns it.
. "$CASES/lib.sh"
mkdir -p service/src; cp -r schemas service; cd service; cp "$PROJECT/Cargo.lock" .
cat > Cargo.toml <<TOML
[package]
name = "service"
version = "0.1.0"
edition = "2024"

[dependencies]
goodevent = { path = "$PROJECT/crates/goodevent" }

[build-dependencies]
goodevent-build = { path = "$PROJECT/crates/goodevent-build" }

[workspace]
TOML
cat > build.rs <<'RUST'
fn main() -> Result<(), Box<dyn std::error::Error>> {
    goodevent_build::compile("schemas")?;
    Ok(())
}
RUST
echo 'include!(concat!(env!("OUT_DIR"), "/contracts.rs")); fn main() {}' > src/main.rs
sed -i 's/"amountMinor": {/"amountMinor": /' schemas/types/Money.json
CARGO_TARGET_DIR="$PROJECT/target/services" cargo build --quiet >out 2>&1; echo "rc=$?"
echo "the name of the variant: $(grep -c 'Contracts(' out), escaped line breaks: $(grep -c '\\n' out)"
sed 's/^ *//' out | grep -e '^error\[' -e '^-->'
