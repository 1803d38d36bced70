using GpuContainers.Oci;

namespace GpuContainers.Runtime.Create.Planning;

/// <summary>The prestart hook that does the work in legacy mode, and must not do it again in the others.</summary>
internal static class PrestartHook
{
    /// <summary>Removes the hook, whoever put it there; other hooks keep their order (RT-155).</summary>
    public static void Remove(OciDocument document)
    {
        int removed = document.RemovePrestartHooks(static hook =>
        {
            bool condemned = IsOurs(hook);
            if (condemned)
                Log.Debug($"Removing hook {hook.Path}");
            return condemned;
        });
        if (removed > 0)
            Log.Debug($"Updating 'prestart' hooks to {document.PrestartHooks.Count} remaining");
    }

    /// <summary>Appends the hook unless the list has one (RT-215, RT-216).</summary>
    public static void Insert(OciDocument document, string path)
    {
        foreach (OciHook hook in document.PrestartHooks)
        {
            if (IsOurs(hook))
            {
                Log.Info($"Existing nvidia prestart hook ({hook.Path}) found in OCI spec");
                return;
            }
        }
        Log.Info($"Using prestart hook path: {path}");
        // The program behind the hook decides by its own name and this word what to do (LG-76).
        document.AppendHook("prestart", new OciHook { Path = path, Args = [LexicalPath.Base(path), "prestart"] });
    }

    private static bool IsOurs(OciHook hook) => LexicalPath.Base(hook.Path) is "nvidia-container-runtime-hook" or "nvidia-container-toolkit";
}
