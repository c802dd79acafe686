"""How deliveries come in: by SFTP, HTTP, a bucket or a folder, each ends as files of one inbox."""
