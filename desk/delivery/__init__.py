"""How tables come in: by hand, mail, SFTP or the desk; read, judged and answered, at once or in a collection."""
