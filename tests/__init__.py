"""The suite mirrors the code; browser/, faults/ and benchmarks/ stand beside."""
