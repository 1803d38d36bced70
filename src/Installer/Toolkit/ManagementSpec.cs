using GpuContainers.Cdi;
using GpuContainers.Generation;
using GpuContainers.Host;

namespace GpuContainers.Installer.Toolkit;

/// <summary>The CDI specification of all the node's devices, for containers that manage GPUs.</summary>
/// <param name="File">Where it goes.</param>
/// <param name="Spec">The document.</param>
internal sealed record ManagementSpec(string File, CdiSpec Spec)
{
    /// <summary>Generates it.</summary>
    /// <param name="settings">What is asked for.</param>
    /// <param name="hookPath">The program that its hooks run.</param>
    /// <exception cref="GenerationException">There is no device, or the driver's files are not there.</exception>
    public static ManagementSpec Generate(ToolkitSettings settings, string hookPath)
    {
        Log.Info("Generating CDI spec for management containers");
        var options = new GenerationOptions
        {
            Mode = GenerationMode.Management,
            DriverRoot = settings.DriverRootInContainer,
            DevRoot = settings.DevRootInContainer,
            HookPath = hookPath,
            Vendor = settings.CdiVendor,
            Class = settings.CdiClass,
        };
        CdiSpec spec = OnHost(settings, SpecGenerator.Generate(options, [], HostContext.OfThisProcess()));
        return new ManagementSpec(LexicalPath.Join(settings.CdiOutputDir, $"{settings.CdiVendor}-{settings.CdiClass}.yaml"), spec);
    }

    /// <summary>Writes it, and returns its file.</summary>
    /// <exception cref="ToolkitException">The document is not valid.</exception>
    /// <exception cref="LinuxException">The file cannot be written.</exception>
    public string Save()
    {
        try
        {
            return CdiSpecFile.Save(File, Spec);
        }
        catch (CdiException invalid)
        {
            throw new ToolkitException(invalid.Message, invalid);
        }
    }

    // The root transform fills in host paths, which an older version of the format does not know.
    private static CdiSpec OnHost(ToolkitSettings settings, CdiSpec spec)
    {
        var transform = new DriverRootTransform
        {
            DriverRoot = settings.DriverRootInContainer,
            TargetDriverRoot = settings.DriverRoot,
            DevRoot = settings.DevRootInContainer,
            TargetDevRoot = settings.DevRoot.Length > 0 ? settings.DevRoot : null,
        };
        return SpecTransforms.MinimumVersion(transform.Apply(spec));
    }
}
