namespace GpuContainers.Linux.Files;

/// <summary>An extended attribute of a file (xattr(7)).</summary>
/// <param name="Name">Its name with the namespace: "user.note".</param>
/// <param name="Value">Its bytes.</param>
public sealed record ExtendedAttribute(string Name, byte[] Value);
