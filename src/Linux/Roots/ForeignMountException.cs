namespace GpuContainers.Linux.Roots;

/// <summary>Something was to be made or changed on a mount that is not the container's own, such as a volume; nothing was.</summary>
/// <param name="operation">The call's short name, such as "symlink".</param>
/// <param name="path">What it was to be applied to.</param>
public sealed class ForeignMountException(string operation, string path) : LinuxException(Errno.EXDEV, operation, path)
{
    /// <inheritdoc/>
    public override string Message => $"{Operation} {Path}: it is on a volume, or on another mount that is not the container's own";
}
