namespace GpuContainers.Core.Hooks;
internal static class UpdateLdcache { internal static readonly HookCommand Command = new("update-ldcache", "x", [], static (_, _) => { }); }
