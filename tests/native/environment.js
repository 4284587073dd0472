// Gives the tests compiled to wasm the shell's environment: GoogleTest takes its shards from there.
Module.preRun = [() => Object.assign(ENV, process.env)];
