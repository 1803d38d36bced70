using GpuContainers.Host.Driver;

namespace GpuContainers.Generation.Legacy;

/// <summary>The hook that puts a newer CUDA library of the image in front, for legacy mode.</summary>
public static class CudaCompatHook
{
    /// <summary>The hook, followed by one that refreshes the container's library cache.</summary>
    /// <param name="options">Driver root and hook program; the list of disabled hooks does not count here.</param>
    /// <param name="host">The machine.</param>
    /// <exception cref="GenerationException">The driver's version is not known.</exception>
    public static ContainerEdits Find(GenerationOptions options, HostContext host)
    {
        var root = new DriverRoot(host.Files, options.DriverRoot, options.DevRoot);
        var hooks = new HookCreator(options with { Mode = GenerationMode.Nvml, DisabledHooks = [], EnabledHooks = [] });
        try
        {
            // By the names of the libraries, not by the loaded module (RT-221).
            string version = new DriverLibraries(root, new LibraryFolders(root, options.LibrarySearchPaths), static () => null).Version;
            return new ContainerEdits
            {
                Hooks =
                [
                    .. hooks.Create(HookName.EnableCudaCompat, version.Contains('*') ? [] : ["--host-driver-version=" + version]),
                    .. hooks.UpdateLdcache([]),
                ],
            };
        }
        catch (HostException problem)
        {
            throw new GenerationException(
                GenerationStep.Devices, $"failed to construct CUDA Compat discoverer: failed to get driver version: {problem.Message}", problem);
        }
    }
}
