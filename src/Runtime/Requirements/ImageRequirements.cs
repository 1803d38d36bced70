using GpuContainers.Runtime.Requests;

namespace GpuContainers.Runtime.Requirements;

/// <summary>The requirements that an image carries in its environment.</summary>
internal static class ImageRequirements
{
    private const string Prefix = "NVIDIA_REQUIRE_";
    private const string JetPackPrefix = "NVIDIA_REQUIRE_JETPACK";

    /// <summary>Whether the image asks not to check anything (RT-200).</summary>
    public static bool AreDisabled(ContainerFacts image) => image.IsTrue("NVIDIA_DISABLE_REQUIRE");

    /// <summary>
    /// The values of all NVIDIA_REQUIRE_ variables in the order of their names, but those for JetPack; for a legacy CUDA image also its CUDA
    /// version (RT-201, RT-203, LG-47, LG-48, LG-50).
    /// </summary>
    /// <exception cref="CoreException">CUDA_VERSION of a legacy image is not a version (RT-202, LG-49).</exception>
    public static List<string> Collect(ContainerFacts image)
    {
        var requirements = new List<string>();
        foreach ((string name, string value) in image.VariablesWithPrefix(Prefix))
        {
            if (!name.StartsWith(JetPackPrefix, StringComparison.Ordinal))
                requirements.Add(value);
        }
        if (image.IsLegacyCudaImage)
            requirements.Add(FromCudaVersion(image.Variable("CUDA_VERSION")));
        return requirements;
    }

    /// <summary>Passes when the host meets everything the image demands; all requirements are read before the first is evaluated (RT-210).</summary>
    /// <exception cref="CoreException">A requirement is not met or cannot be read.</exception>
    public static void Check(ContainerFacts image, HostProperties host)
    {
        if (AreDisabled(image))
            return;
        List<string> texts;
        try
        {
            texts = Collect(image);
        }
        catch (CoreException error)
        {
            throw error.Within("failed to get image requirements: ");
        }
        foreach (Requirement requirement in texts.ConvertAll(Requirement.Parse))
            requirement.Assert(host);
    }

    private static string FromCudaVersion(string text)
    {
        if (SemanticVersion.Parse(text) is { Major: <= uint.MaxValue, Minor: <= uint.MaxValue } version)
            return $"cuda>={version.Major}.{version.Minor}";
        throw new CoreException(
            $"failed to get version: invalid CUDA version {text}: invalid version string: invalid semantic version");
    }
}
