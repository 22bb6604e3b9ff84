"""The drop: systems put their own backups here by SFTP, and can do nothing else."""
