"""The media engine: files and arrays in, files and plain values out."""
