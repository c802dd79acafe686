"""The door by which labels deliver by SFTP: files of one folder each, and nothing else of SSH."""
