namespace GpuContainers.Host.Inventory;

/// <summary>
/// The GPUs that the driver's library has called whole since the driver was loaded, in a file below <c>/run</c>, so that no later start wakes a GPU to ask
/// again. That a GPU is in MIG mode without an instance is not kept: the mode ends without a sign in procfs, and the GPU must be usable then.
/// </summary>
/// <param name="systemRoot">Where the machine's own <c>proc</c>, <c>sys</c> and <c>run</c> are.</param>
public sealed class WholeGpus(string systemRoot)
{
    private const long MaximumSize = 1 << 16;
    private readonly string _folder = LexicalPath.Join(systemRoot, "/run/nvidia-container-toolkit");
    private readonly string _file = LexicalPath.Join(systemRoot, "/run/nvidia-container-toolkit/whole-gpus");
    private HashSet<string>? _known;
    private string? _load;

    /// <summary>Whether the GPU with this PCI address was whole when the library was asked.</summary>
    public bool Contains(string address) => (_known ??= Read()).Contains(address);

    /// <summary>Keeps what the library said.</summary>
    /// <param name="addresses">The PCI addresses of all GPUs that are whole.</param>
    public void Keep(IEnumerable<string> addresses)
    {
        _known = [.. addresses];
        string load = _load ??= ReadLoad();
        if (load.Length == 0)
            return;
        try
        {
            if (!HostFile.IsDirectory(_folder))
                Directory.CreateDirectory(_folder, FileModes.PublicFolder);
            AtomicFile.Replace(_file, Encoding.UTF8.GetBytes($"{load}\n{string.Join('\n', _known)}\n"));
        }
        catch (Exception refused) when (refused is LinuxException or IOException or UnauthorizedAccessException)
        {
            // Whoever may not write there asks the library each time.
            Log.Debug($"cannot keep which GPUs are whole in {_file}: {refused.Message}");
        }
    }

    private HashSet<string> Read()
    {
        if (!HostFile.TryReadAll(_file, MaximumSize, out byte[] bytes, out _))
            return [];
        string[] lines = Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Length > 0 && lines[0] == (_load ??= ReadLoad()) ? [.. lines.AsSpan(1)] : [];
    }

    // Which load of the driver this is: the start of the system, and since when the module's folder is there. Empty without a module.
    private string ReadLoad()
    {
        bool isLoaded = HostFile.TryStatus(LexicalPath.Join(systemRoot, "/sys/module/nvidia"), followLinks: true, out FileStatus module)
            || HostFile.TryStatus(LexicalPath.Join(systemRoot, "/proc/driver/nvidia/version"), followLinks: true, out module);
        if (!isLoaded)
            return "";
        bool isTold = HostFile.TryReadAll(LexicalPath.Join(systemRoot, "/proc/sys/kernel/random/boot_id"), MaximumSize, out byte[] boot, out _);
        return isTold ? $"{Encoding.UTF8.GetString(boot).Trim()} {module.ModifiedNanoseconds}" : "";
    }
}
