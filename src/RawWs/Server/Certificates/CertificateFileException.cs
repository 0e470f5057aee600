namespace RawWs.Server.Certificates;

/// <summary>A certificate that cannot be used: a sentence that names the file and what is wrong with it, never a password.</summary>
internal sealed class CertificateFileException(string message, Exception? cause = null) : Exception(message, cause);
