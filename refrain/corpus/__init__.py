"""Sound whose history is known, made by program: what detectors of a master's past are held to."""
